import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { subscriptionJson } from './subscription-json.ts';

/** Source: SubscriptionsQuery and InputFilter in specification/hooks/7.1 of vsts-rest-api-specs */
const Condition = z.object({
  inputId: z.string(),
  inputValue: z.string().nullish(),
  operator: z.string().nullish(),
  caseSensitive: z.boolean().nullish(),
});
const Filters = z.array(z.object({ conditions: z.array(Condition).nullish() })).nullish();
const Query = z.object({
  publisherId: z.string().nullish(),
  eventType: z.string().nullish(),
  consumerId: z.string().nullish(),
  consumerActionId: z.string().nullish(),
  publisherInputFilters: Filters,
  consumerInputFilters: Filters,
});

/** Subscriptions by what they are told; of several filters one has to hold, with all its conditions. */
export const querySubscriptions: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/hooks/subscriptionsquery',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Subscriptions_CreateSubscriptionsQuery',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    const query = parsed(Query, await call.json());
    const names = ['publisherId', 'eventType', 'consumerId', 'consumerActionId'] as const;
    const results = Array.from(call.state.hooks.subscriptions.values(), (subscription) =>
      subscriptionJson(call.state, subscription),
    ).filter(
      (one) =>
        names.every((name) => !query[name] || query[name] === one[name]) &&
        holds(query.publisherInputFilters, one.publisherInputs) &&
        holds(query.consumerInputFilters, one.consumerInputs),
    );
    return respond(call, caller, { ...query, results });
  },
};

function holds(
  filters: z.infer<typeof Filters>,
  inputs: Readonly<Record<string, string>>,
): boolean {
  if (!filters || filters.length === 0) return true;
  return filters.some(({ conditions }) =>
    (conditions ?? []).every((condition) => {
      const [given, wanted] = [inputs[condition.inputId] ?? '', condition.inputValue ?? ''];
      const isSame =
        condition.caseSensitive === true
          ? given === wanted
          : given.toLowerCase() === wanted.toLowerCase();
      return condition.operator?.toLowerCase() === 'notequals' ? !isSame : isSame;
    }),
  );
}
