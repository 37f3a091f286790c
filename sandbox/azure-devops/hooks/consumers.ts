import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { consumerInputs, eventTypes } from './event-types.ts';
import { inputJson } from './input-json.ts';

const path = '/:org/_apis/hooks/consumers';

/** Who can be told of events: web hooks, and nobody else. */
export const listConsumers: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Consumers_List',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, listed([webHooks(call)]));
  },
};

export const getConsumer: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:consumer`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Consumers_Get',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, consumerOf(call));
  },
};

export const listConsumerActions: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:consumer/actions`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Consumers_ListConsumerActions',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, listed(consumerOf(call).actions));
  },
};

export const getConsumerAction: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:consumer/actions/:action`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Consumers_GetConsumerAction',
  async handle(call) {
    const caller = await enter(call);
    const asked = call.params['action'];
    const found = consumerOf(call).actions.find(({ id }) => id === asked);
    if (found) return respond(call, caller, found);
    throw new VssError(404, 'ConsumerActionNotFoundException', `There is no action '${asked}'.`);
  },
};

function consumerOf(call: Call<AzureDevops>) {
  const asked = call.params['consumer'];
  if (asked?.toLowerCase() === 'webhooks') return webHooks(call);
  throw new VssError(404, 'ConsumerNotFoundException', `There is no consumer '${asked}'.`);
}

function webHooks({ state }: Call<AzureDevops>) {
  const url = `${linksOf(state).organization}/_apis/hooks/consumers/webHooks`;
  return {
    id: 'webHooks',
    url,
    name: 'Web Hooks',
    description: 'Provides event communication via HTTP',
    imageUrl: null,
    informationUrl: 'https://go.microsoft.com/fwlink/?LinkID=390532',
    authenticationType: 'none',
    inputDescriptors: [],
    actions: [
      {
        id: 'httpRequest',
        consumerId: 'webHooks',
        url: `${url}/actions/httpRequest`,
        name: 'Post via HTTP',
        description: 'Posts a standard JSON representation of the event via HTTP',
        supportedEventTypes: ['*'],
        supportedResourceVersions: Object.fromEntries(
          eventTypes.map(({ id, resourceVersions }) => [id, resourceVersions]),
        ),
        allowResourceVersionOverride: true,
        inputDescriptors: consumerInputs.map(inputJson),
      },
    ],
  };
}
