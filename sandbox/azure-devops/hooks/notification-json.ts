import { agentTime } from '../../pipelines/runs/agent-time.ts';
import type { AzureDevops } from '../state.ts';
import { eventJson } from './body.ts';
import type { Notification, Subscription } from './subscription.ts';
import { masked } from './subscription-json.ts';

/** A notification as lists have it. Source: Notification in specification/hooks/7.1 */
export function notificationJson(notification: Notification) {
  return {
    id: notification.id,
    subscriptionId: notification.subscriptionId,
    subscriberId: '00000000-0000-0000-0000-000000000000',
    eventId: notification.event.id,
    status: notification.status,
    result: notification.result,
    createdDate: agentTime(notification.createdAtMs),
    modifiedDate: agentTime(notification.modifiedAtMs),
  };
}

/** A notification with everything that was sent and came back. */
export function fullNotificationJson(
  state: AzureDevops,
  subscription: Subscription,
  notification: Notification,
) {
  const { type, publisherInputs, consumerInputs } = subscription;
  return {
    ...notificationJson(notification),
    details: {
      eventType: type.id,
      event: eventJson(state, subscription, notification.event),
      publisherId: type.publisherId,
      consumerId: 'webHooks',
      consumerActionId: 'httpRequest',
      consumerInputs: masked(consumerInputs),
      publisherInputs,
      queuedDate: agentTime(notification.createdAtMs),
      requestAttempts: notification.attempts,
      request: notification.request,
      response: notification.response,
      requestDuration: notification.durationMs === null ? null : notification.durationMs / 1000,
      ...(notification.status === 'completed' && {
        completedDate: agentTime(notification.modifiedAtMs),
      }),
      errorMessage: notification.errorMessage,
      errorDetail: null,
    },
  };
}
