import { agentTime } from '../../pipelines/runs/agent-time.ts';
import type { AzureDevops } from '../state.ts';
import type { HookEvent, Message } from './event.ts';
import type { Subscription } from './subscription.ts';

/** An event as the API shows it: with everything. */
export function eventJson(state: AzureDevops, subscription: Subscription, event: HookEvent) {
  return {
    id: event.id,
    eventType: event.eventType,
    publisherId: subscription.type.publisherId,
    message: event.message,
    detailedMessage: event.detailedMessage,
    resource: event.resourceIn(versionOf(subscription)),
    ...containers(state, subscription, event),
  };
}

/**
 * What a subscriber is sent of an event: as much as it asked for.
 * Source: docs/service-hooks/services/webhooks.md of MicrosoftDocs/azure-devops-docs
 */
export function hookBody(
  state: AzureDevops,
  subscription: Subscription,
  event: HookEvent,
  notificationId: number,
): string {
  const { consumerInputs } = subscription;
  const details = consumerInputs['resourceDetailsToSend'] || 'all';
  return JSON.stringify({
    subscriptionId: subscription.id,
    notificationId,
    id: event.id,
    eventType: event.eventType,
    publisherId: subscription.type.publisherId,
    message: chosen(event.message, consumerInputs['messagesToSend']),
    detailedMessage: chosen(event.detailedMessage, consumerInputs['detailedMessagesToSend']),
    resource: resourceOf(details.toLowerCase(), subscription, event),
    ...containers(state, subscription, event),
  });
}

function resourceOf(details: string, subscription: Subscription, event: HookEvent): unknown {
  if (details === 'none') return null;
  return details === 'minimal' ? event.minimal : event.resourceIn(versionOf(subscription));
}

function chosen(message: Message, asked = 'all'): Partial<Message> | null {
  const { text, html, markdown } = message;
  switch (asked.toLowerCase()) {
    case 'none':
      return null;
    case 'text':
      return { text };
    case 'html':
      return { html };
    case 'markdown':
      return { markdown };
    default:
      return message;
  }
}

function versionOf({ resourceVersion, type }: Subscription): string {
  const isLatest = resourceVersion === '' || resourceVersion === 'latest';
  return isLatest ? (type.resourceVersions.at(-1) ?? '') : resourceVersion;
}

function containers(
  { organizationId, project }: AzureDevops,
  subscription: Subscription,
  { atMs }: HookEvent,
) {
  return {
    resourceVersion: versionOf(subscription),
    resourceContainers: {
      collection: { id: organizationId },
      account: { id: organizationId },
      project: { id: project.id },
    },
    createdDate: agentTime(atMs),
  };
}
