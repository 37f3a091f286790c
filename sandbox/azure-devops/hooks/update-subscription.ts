import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { findSubscription } from './find-subscription.ts';
import { hideInputs } from './hide-inputs.ts';
import { enable } from './probation.ts';
import { readStatus, readSubscription, SubscriptionBody } from './read-subscription.ts';
import { subscriptionJson } from './subscription-json.ts';

async function update(call: Call<AzureDevops>): Promise<Response> {
  const { state } = call;
  const caller = await enter(call);
  requireHooksRight(call, caller, 'EditSubscriptions');
  const body = parsed(SubscriptionBody, await call.json());
  const id = call.params['subscription'] ?? body.id ?? '';
  const subscription = findSubscription({ ...call, params: { subscription: id } });
  const said = readSubscription(state, body, subscription);
  if (said.type !== subscription.type) {
    const message = 'The event of a subscription cannot be changed.';
    throw new VssError(400, 'SubscriptionInputException', message);
  }
  hideInputs(state, said.consumerInputs);
  const status = readStatus(body.status);
  // Whoever enables a subscription ends its probation as well.
  if (status === 'enabled') enable(subscription);
  else if (status !== null) subscription.status = status;
  const { resourceVersion, publisherInputs, consumerInputs } = said;
  Object.assign(subscription, { resourceVersion, publisherInputs, consumerInputs });
  subscription.modifiedBy = caller;
  subscription.modifiedAtMs = call.now();
  return respond(call, caller, subscriptionJson(state, subscription));
}

export const updateSubscription: Action<AzureDevops> = {
  method: 'PUT',
  path: '/:org/_apis/hooks/subscriptions/:subscription',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Subscriptions_ReplaceSubscription',
  handle: update,
};

/** The same with the id in the body, as the clients' libraries send it. */
export const updateSubscriptionInBody: Action<AzureDevops> = {
  method: 'PUT',
  path: '/:org/_apis/hooks/subscriptions',
  source:
    'azure-devops-python-api, v7_1/service_hooks/service_hooks_client.py, replace_subscription',
  handle: update,
};
