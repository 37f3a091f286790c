import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { type EventType, eventTypes, publishers } from './event-types.ts';
import { inputJson } from './input-json.ts';

const path = '/:org/_apis/hooks/publishers';

/** Who publishes events, and which. */
export const listPublishers: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Publishers_List',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, listed(publishers.map(({ id }) => publisherJson(call, id))));
  },
};

export const getPublisher: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:publisher`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Publishers_Get',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, publisherJson(call, call.params['publisher'] ?? ''));
  },
};

export const listEventTypes: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:publisher/eventtypes`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Publishers_ListEventTypes',
  async handle(call) {
    const caller = await enter(call);
    const { supportedEvents } = publisherJson(call, call.params['publisher'] ?? '');
    return respond(call, caller, listed(supportedEvents));
  },
};

export const getEventType: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:publisher/eventtypes/:type`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Publishers_GetEventType',
  async handle(call) {
    const caller = await enter(call);
    const { supportedEvents } = publisherJson(call, call.params['publisher'] ?? '');
    const asked = call.params['type'];
    const found = supportedEvents.find(({ id }) => id === asked);
    if (found) return respond(call, caller, found);
    throw new VssError(404, 'EventTypeNotFoundException', `There is no event type '${asked}'.`);
  },
};

function publisherJson(call: Call<AzureDevops>, id: string) {
  const publisher = publishers.find((one) => one.id === id.toLowerCase());
  if (!publisher) {
    throw new VssError(404, 'PublisherNotFoundException', `There is no publisher '${id}'.`);
  }
  const url = `${linksOf(call.state).organization}/_apis/hooks/publishers/${publisher.id}`;
  const events = eventTypes.filter(({ publisherId }) => publisherId === publisher.id);
  return {
    ...publisher,
    url,
    inputDescriptors: [inputJson({ id: 'projectId', name: 'Project', values: [] })],
    supportedEvents: events.map((type) => eventTypeJson(type, url)),
  };
}

function eventTypeJson({ resourceVersions, inputs, ...type }: EventType, publisherUrl: string) {
  return {
    ...type,
    url: `${publisherUrl}/eventTypes/${type.id}`,
    supportedResourceVersions: resourceVersions,
    inputDescriptors: inputs.map(inputJson),
  };
}
