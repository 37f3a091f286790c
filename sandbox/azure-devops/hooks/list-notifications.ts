import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { findSubscription } from './find-subscription.ts';
import { fullNotificationJson, notificationJson } from './notification-json.ts';
import { remembered } from './remembered.ts';

const path = '/:org/_apis/hooks/subscriptions/:subscription/notifications';
const defaultMost = 100;

/** What one subscriber was told of, the newest first. */
export const listNotifications: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Notifications_List',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    const { searchParams } = call.url;
    const most = Math.min(Number(searchParams.get('maxResults') || defaultMost), defaultMost);
    const found = remembered(findSubscription(call), call.now())
      .filter(({ status }) => among(status, searchParams.get('status')))
      .filter(({ result }) => among(result, searchParams.get('result')));
    return respond(call, caller, listed(found.slice(0, most).map(notificationJson)));
  },
};

export const getNotification: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:notification`,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Notifications_Get',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    const subscription = findSubscription(call);
    const id = call.params['notification'];
    const found = remembered(subscription, call.now()).find((one) => String(one.id) === id);
    if (found) return respond(call, caller, fullNotificationJson(call.state, subscription, found));
    const message = `The notification ${id} of the subscription ${subscription.id} was not found.`;
    throw new VssError(404, 'NotificationNotFoundException', message);
  },
};

function among(value: string, asked: string | null): boolean {
  return asked === null || asked === '' || asked.toLowerCase() === value.toLowerCase();
}
