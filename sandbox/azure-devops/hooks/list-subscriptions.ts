import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { subscriptionJson } from './subscription-json.ts';

export const listSubscriptions: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/hooks/subscriptions',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Subscriptions_List',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    const { searchParams } = call.url;
    const shown = Array.from(call.state.hooks.subscriptions.values(), (subscription) =>
      subscriptionJson(call.state, subscription),
    );
    const names = ['publisherId', 'eventType', 'consumerId', 'consumerActionId'] as const;
    const found = shown.filter((one) =>
      names.every((name) => [null, '', one[name]].includes(searchParams.get(name))),
    );
    return respond(call, caller, listed(found));
  },
};
