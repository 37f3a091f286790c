import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import type { Identity } from '../identity.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops, AzureDevopsCall } from '../state.ts';
import { deliver } from './deliver.ts';
import type { HookEvent } from './event.ts';
import { eventTypes } from './event-types.ts';
import { findSubscription } from './find-subscription.ts';
import { fullNotificationJson } from './notification-json.ts';
import { readSubscription, SubscriptionBody } from './read-subscription.ts';
import type { Subscription } from './subscription.ts';

/** Source: Notification in specification/hooks/7.1 of vsts-rest-api-specs */
const TestNotification = z.object({
  subscriptionId: z.string().nullish(),
  details: SubscriptionBody.partial().nullish(),
});

/** Sends a made-up event to a receiver, once, whether or not there is a subscription yet. */
export const testNotification: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/hooks/testnotifications',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Notifications_Create',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'EditSubscriptions');
    const body = parsed(TestNotification, await call.json());
    const subscription = subscriptionFor(call, caller, body);
    const notification = await deliver(call.state, subscription, sampleOf(call, subscription));
    return respond(call, caller, fullNotificationJson(call.state, subscription, notification));
  },
};

/** A test changes nothing of a subscription: it is made with a copy of it. */
function subscriptionFor(
  call: AzureDevopsCall,
  caller: Identity,
  { subscriptionId, details }: z.infer<typeof TestNotification>,
): Subscription {
  const nowMs = call.now();
  const isNone = !subscriptionId || /^[0-]+$/.test(subscriptionId);
  const known = isNone
    ? null
    : findSubscription({ ...call, params: { subscription: subscriptionId } });
  const said = known
    ? { ...known }
    : readSubscription(call.state, parsed(SubscriptionBody, details ?? {}), null);
  return {
    ...said,
    id: known?.id ?? '00000000-0000-0000-0000-000000000000',
    status: 'enabled',
    probationRetries: 0,
    lastProbeMs: null,
    createdBy: caller,
    createdAtMs: nowMs,
    modifiedBy: caller,
    modifiedAtMs: nowMs,
    notifications: [],
    traces: new Map(),
  };
}

function sampleOf({ state, now }: AzureDevopsCall, { type }: Subscription): HookEvent {
  const about = eventTypes.find(({ id }) => id === type.id)?.description ?? '';
  const text = `This is a test: ${about}.`;
  const message = { text, html: text, markdown: text };
  const resource = { id: 0, url: `https://dev.azure.com/${state.organization}/_apis/hooks` };
  return {
    id: randomUUID(),
    eventType: type.id,
    atMs: now(),
    message,
    detailedMessage: message,
    resourceIn: () => resource,
    minimal: resource,
    traits: {},
  };
}
