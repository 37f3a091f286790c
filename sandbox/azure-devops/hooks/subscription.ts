import type { Identity } from '../identity.ts';
import type { HookEvent } from './event.ts';
import type { EventType } from './event-types.ts';

/** Everything there is of service hooks. */
export interface Hooks {
  readonly subscriptions: Map<string, Subscription>;
  lastNotificationId: number;
  /** How long a second of the waits between attempts lasts. */
  readonly secondMs: number;
  /** What is under way. */
  readonly underWay: Set<Promise<void>>;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortController;
}

/** Somebody who is to be told of events. */
export interface Subscription {
  readonly id: string;
  readonly type: EventType;
  resourceVersion: string;
  publisherInputs: Readonly<Record<string, string>>;
  consumerInputs: Readonly<Record<string, string>>;
  status: SubscriptionStatus;
  /** How often it was tried in vain since it is on probation. */
  probationRetries: number;
  /** When one event was let through last; null: it is not on probation. */
  lastProbeMs: number | null;
  readonly createdBy: Identity;
  readonly createdAtMs: number;
  modifiedBy: Identity;
  modifiedAtMs: number;
  /** The oldest first. */
  readonly notifications: Notification[];
  readonly traces: Map<'deliveryResults' | 'deliveryTracing' | 'evaluationTracing', number>;
}

/** Source: SubscriptionStatus in specification/hooks/7.1 of vsts-rest-api-specs */
export type SubscriptionStatus =
  | 'enabled'
  | 'onProbation'
  | 'disabledByUser'
  | 'disabledBySystem'
  | 'disabledByInactiveIdentity';

/** One event on its way to one subscriber, however often it is sent. */
export interface Notification {
  readonly id: number;
  readonly subscriptionId: string;
  readonly event: HookEvent;
  status: 'queued' | 'requestInProgress' | 'completed';
  result: 'pending' | 'succeeded' | 'failed' | 'filtered';
  readonly createdAtMs: number;
  modifiedAtMs: number;
  attempts: number;
  /** What was sent and what came back, secrets left out. */
  request: string | null;
  response: string | null;
  durationMs: number | null;
  errorMessage: string | null;
}

/** Hooks of which nobody has any yet. */
export function openHooks(secondMs: number): Hooks {
  return {
    subscriptions: new Map(),
    lastNotificationId: 0,
    secondMs,
    underWay: new Set(),
    closing: new AbortController(),
  };
}
