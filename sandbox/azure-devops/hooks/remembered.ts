import type { Notification, Subscription } from './subscription.ts';

/** Source: docs/service-hooks/troubleshoot.md of MicrosoftDocs/azure-devops-docs: the last 14 days */
const historyMs = 14 * 24 * 60 * 60 * 1000;

/** What the history still has of a subscription, the newest first. */
export function remembered(
  { notifications }: Subscription,
  nowMs: number,
): readonly Notification[] {
  return notifications.filter(({ createdAtMs }) => nowMs - createdAtMs < historyMs).toReversed();
}
