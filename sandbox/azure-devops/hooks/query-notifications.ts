import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { fullNotificationJson, notificationJson } from './notification-json.ts';
import { remembered } from './remembered.ts';
import { subscriptionJson } from './subscription-json.ts';

/** Source: NotificationsQuery in specification/hooks/7.1 of vsts-rest-api-specs */
const Query = z.object({
  subscriptionIds: z.array(z.string()).nullish(),
  publisherId: z.string().nullish(),
  status: z.string().nullish(),
  resultType: z.string().nullish(),
  minCreatedDate: z.string().nullish(),
  maxCreatedDate: z.string().nullish(),
  maxResults: z.number().nullish(),
  maxResultsPerSubscription: z.number().nullish(),
  includeDetails: z.boolean().nullish(),
});
type Query = z.infer<typeof Query>;

/** What subscribers were told of, with how often in which way it ended. */
export const queryNotifications: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/hooks/notificationsquery',
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Notifications_Query',
  async handle(call) {
    const { state } = call;
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    const query = parsed(Query, await call.json());
    const ids = query.subscriptionIds?.map((id) => id.toLowerCase());
    const subscriptions = [...state.hooks.subscriptions.values()]
      .filter(({ id }) => !ids || ids.includes(id))
      .filter(({ type }) => !query.publisherId || type.publisherId === query.publisherId);
    const found = subscriptions.flatMap((subscription) =>
      remembered(subscription, call.now())
        .filter((one) => fits(one, query))
        .slice(0, query.maxResultsPerSubscription ?? undefined)
        .map((notification) => ({ subscription, notification })),
    );
    const results = found
      .slice(0, query.maxResults ?? undefined)
      .map(({ subscription, notification }) =>
        query.includeDetails === true
          ? fullNotificationJson(state, subscription, notification)
          : notificationJson(notification),
      );
    return respond(call, caller, {
      ...query,
      associatedSubscriptions: subscriptions.map((one) => subscriptionJson(state, one)),
      results,
      summary: subscriptions.map(({ id }) => ({
        subscriptionId: id,
        results: summaryOf(
          found
            .filter(({ subscription }) => subscription.id === id)
            .map((one) => one.notification.result),
        ),
      })),
    });
  },
};

function fits(
  { status, result, createdAtMs }: { status: string; result: string; createdAtMs: number },
  query: Query,
): boolean {
  return (
    (!query.status || query.status.toLowerCase() === status.toLowerCase()) &&
    (!query.resultType || query.resultType.toLowerCase() === result) &&
    (!query.minCreatedDate || createdAtMs >= Date.parse(query.minCreatedDate)) &&
    (!query.maxCreatedDate || createdAtMs <= Date.parse(query.maxCreatedDate))
  );
}

function summaryOf(results: readonly string[]) {
  const names = [...new Set(results)].toSorted();
  return names.map((result) => ({
    result,
    notificationCount: results.filter((one) => one === result).length,
  }));
}
