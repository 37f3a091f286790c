import { randomUUID } from 'node:crypto';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { hideInputs } from './hide-inputs.ts';
import { readStatus, readSubscription, SubscriptionBody } from './read-subscription.ts';
import type { Subscription } from './subscription.ts';
import { subscriptionJson } from './subscription-json.ts';

/** Subscribes to events. Receivers on this machine are allowed, unlike at the real service. */
export const createSubscription: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/hooks/subscriptions',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Subscriptions_Create',
  async handle(call) {
    const { state } = call;
    const caller = await enter(call);
    requireHooksRight(call, caller, 'EditSubscriptions');
    const body = parsed(SubscriptionBody, await call.json());
    const said = readSubscription(state, body, null);
    hideInputs(state, said.consumerInputs);
    const nowMs = call.now();
    const subscription: Subscription = {
      ...said,
      id: randomUUID(),
      status: readStatus(body.status) ?? 'enabled',
      probationRetries: 0,
      lastProbeMs: null,
      createdBy: caller,
      createdAtMs: nowMs,
      modifiedBy: caller,
      modifiedAtMs: nowMs,
      notifications: [],
      traces: new Map(),
    };
    state.hooks.subscriptions.set(subscription.id, subscription);
    return respond(call, caller, subscriptionJson(state, subscription));
  },
};
