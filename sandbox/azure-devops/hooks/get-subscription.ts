import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findSubscription } from './find-subscription.ts';
import { subscriptionJson } from './subscription-json.ts';

export const getSubscription: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/hooks/subscriptions/:subscription',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Subscriptions_Get',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    return respond(call, caller, subscriptionJson(call.state, findSubscription(call)));
  },
};
