import { validateHeaderName, validateHeaderValue } from 'node:http';

import { z } from 'zod';

import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import {
  consumerInputs,
  type EventType,
  eventTypes,
  type Input,
  publishers,
} from './event-types.ts';
import { headerLines } from './send.ts';
import type { Subscription, SubscriptionStatus } from './subscription.ts';
import { mask } from './subscription-json.ts';

/** Source: Subscription in specification/hooks/7.1 of vsts-rest-api-specs */
export const SubscriptionBody = z.object({
  id: z.string().nullish(),
  status: z.string().nullish(),
  publisherId: z.string(),
  eventType: z.string(),
  resourceVersion: z.string().nullish(),
  consumerId: z.string(),
  consumerActionId: z.string(),
  publisherInputs: z.record(z.string(), z.coerce.string().nullable()).nullish(),
  consumerInputs: z.record(z.string(), z.coerce.string().nullable()).nullish(),
});
export type SubscriptionBody = z.infer<typeof SubscriptionBody>;

/** What of a subscription somebody can say. */
type Said = Pick<Subscription, 'type' | 'resourceVersion' | 'publisherInputs' | 'consumerInputs'>;

/**
 * A subscription as somebody asked for it.
 * @throws {VssError} there is no such event, or what was given for it does not fit
 */
export function readSubscription(
  state: AzureDevops,
  body: SubscriptionBody,
  before: Subscription | null,
): Said {
  const type = typeOf(body);
  if (body.consumerId !== 'webHooks')
    throw invalid(
      `The consumer '${body.consumerId}' does not exist in the sandbox: it has webHooks.`,
    );
  if (body.consumerActionId !== 'httpRequest') {
    throw invalid(`The consumer action '${body.consumerActionId}' of webHooks does not exist.`);
  }
  const resourceVersion = body.resourceVersion || 'latest';
  if (resourceVersion !== 'latest' && !type.resourceVersions.includes(resourceVersion)) {
    throw invalid(
      `The event '${type.id}' has no resource version '${resourceVersion}': it has ${type.resourceVersions.join(', ')}.`,
    );
  }
  const publisherInputs = withoutNulls(body.publisherInputs);
  checkPublisherInputs(state, type, publisherInputs);
  return {
    type,
    resourceVersion,
    publisherInputs,
    consumerInputs: readConsumerInputs(withoutNulls(body.consumerInputs), before),
  };
}

/** @throws {VssError} there is no such publisher or event */
function typeOf({ publisherId, eventType }: SubscriptionBody): EventType {
  if (!publishers.some(({ id }) => id === publisherId)) {
    throw invalid(
      `The publisher '${publisherId}' does not exist in the sandbox: it has tfs and pipelines.`,
    );
  }
  const found = eventTypes.find((one) => one.id === eventType && one.publisherId === publisherId);
  if (found) return found;
  const known = eventTypes.filter((one) => one.publisherId === publisherId).map(({ id }) => id);
  throw invalid(
    `The event '${eventType}' of the publisher '${publisherId}' does not exist in the sandbox: it has ${known.join(', ')}.`,
  );
}

/** Inputs that the service adds itself, and that clients send back. */
const added = new Set(['projectid', 'hostid', 'tfssubscriptionid', 'subscriberid']);

function checkPublisherInputs(
  { project }: AzureDevops,
  { id: event, inputs }: EventType,
  given: Readonly<Record<string, string>>,
): void {
  const byName = new Map(inputs.map((one) => [one.id.toLowerCase(), one]));
  const asked = Object.entries(given).find(([name]) => name.toLowerCase() === 'projectid')?.[1];
  if (asked && asked.toLowerCase() !== project.id) {
    throw new VssError(
      404,
      'ProjectDoesNotExistException',
      `TF200016: The following project does not exist: ${asked}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    const known = byName.get(name.toLowerCase());
    if (!known && !added.has(name.toLowerCase())) {
      throw invalid(`The event '${event}' has no input '${name}' in the sandbox.`);
    }
    if (known) checkValue(known, value);
  }
}

function checkValue({ id, values }: Input, value: string): void {
  const fits = values.length === 0 || value === '';
  if (fits || values.some((one) => one.toLowerCase() === value.toLowerCase())) return;
  throw invalid(`The value '${value}' of the input '${id}' is not one of ${values.join(', ')}.`);
}

function readConsumerInputs(
  given: Readonly<Record<string, string>>,
  before: Subscription | null,
): Readonly<Record<string, string>> {
  const byName = new Map(consumerInputs.map((one) => [one.id.toLowerCase(), one]));
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const known = byName.get(name.toLowerCase());
    if (!known) throw invalid(`The consumer 'webHooks' has no input '${name}'.`);
    checkValue(known, value);
    read[known.id] = value;
  }
  if (read['basicAuthPassword'] === mask) {
    read['basicAuthPassword'] = before?.consumerInputs['basicAuthPassword'] ?? '';
  }
  checkUrl(read);
  checkHeaders(read['httpHeaders'] ?? '');
  return read;
}

function checkUrl({
  url = '',
  basicAuthUsername = '',
  basicAuthPassword = '',
}: Record<string, string>) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw invalid("A value is required for the input 'url', and it has to be an absolute address.");
  }
  if (parsed.protocol !== 'https:' && basicAuthUsername + basicAuthPassword !== '') {
    throw invalid('Basic authentication needs an address that begins with https.');
  }
}

function checkHeaders(lines: string): void {
  for (const [name, value] of headerLines(lines)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw invalid(`The line '${name}' of the input 'httpHeaders' is no header.`);
    }
  }
}

/** What somebody may set the status to; the others come about by themselves. */
export function readStatus(word: string | null | undefined): SubscriptionStatus | null {
  const settable = ['enabled', 'disabledByUser'] as const;
  return settable.find((one) => one.toLowerCase() === word?.toLowerCase()) ?? null;
}

function withoutNulls(
  inputs: Readonly<Record<string, string | null>> | null | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs ?? {}).flatMap(([name, value]) =>
      value === null ? [] : [[name, value]],
    ),
  );
}

function invalid(message: string): VssError {
  return new VssError(
    400,
    'SubscriptionInputException',
    message,
    'Microsoft.VisualStudio.Services.ServiceHooks.WebApi',
  );
}
