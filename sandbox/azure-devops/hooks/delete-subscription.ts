import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { standardHeaders } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findSubscription } from './find-subscription.ts';

export const deleteSubscription: Action<AzureDevops> = {
  method: 'DELETE',
  path: '/:org/_apis/hooks/subscriptions/:subscription',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Subscriptions_Delete',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'DeleteSubscriptions');
    call.state.hooks.subscriptions.delete(findSubscription(call).id);
    return new Response(null, { status: 204, headers: standardHeaders(caller) });
  },
};
