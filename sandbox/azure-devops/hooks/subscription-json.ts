import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { identityRef } from '../identity.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops } from '../state.ts';
import type { Subscription } from './subscription.ts';

/** What stands for a password that nobody can read any more. */
export const mask = '********';

/** Source: Subscription in specification/hooks/7.1, and its recorded examples, of vsts-rest-api-specs */
export function subscriptionJson(state: AzureDevops, subscription: Subscription) {
  const { id, type, consumerInputs, publisherInputs, lastProbeMs } = subscription;
  const url = `${linksOf(state).organization}/_apis/hooks/subscriptions/${id}`;
  return {
    id,
    url,
    status: subscription.status,
    publisherId: type.publisherId,
    eventType: type.id,
    subscriber: null,
    resourceVersion: subscription.resourceVersion,
    eventDescription: describe(subscription),
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    actionDescription: `To host ${new URL(consumerInputs['url'] ?? '').host}`,
    probationRetries: subscription.probationRetries,
    ...(lastProbeMs !== null && { lastProbationRetryDate: agentTime(lastProbeMs) }),
    createdBy: identityRef(subscription.createdBy, state.organization),
    createdDate: agentTime(subscription.createdAtMs),
    modifiedBy: identityRef(subscription.modifiedBy, state.organization),
    modifiedDate: agentTime(subscription.modifiedAtMs),
    publisherInputs: { ...publisherInputs, hostId: state.organizationId },
    consumerInputs: masked(consumerInputs),
    _links: {
      self: { href: url },
      consumer: { href: `${linksOf(state).organization}/_apis/hooks/consumers/webHooks` },
      actions: { href: `${linksOf(state).organization}/_apis/hooks/consumers/webHooks/actions` },
      notifications: { href: `${url}/notifications` },
      publisher: {
        href: `${linksOf(state).organization}/_apis/hooks/publishers/${type.publisherId}`,
      },
    },
  };
}

/** Inputs with what is confidential left out. */
export function masked(inputs: Subscription['consumerInputs']): Record<string, string> {
  const { basicAuthPassword } = inputs;
  return { ...inputs, ...(basicAuthPassword && { basicAuthPassword: mask }) };
}

function describe({ type, publisherInputs }: Subscription): string {
  const chosen = type.inputs
    .map(({ id }) => publisherInputs[id] ?? '')
    .filter((value) => value !== '');
  return chosen.length === 0 ? `Any ${type.name.toLowerCase()}` : chosen.join(', ');
}
