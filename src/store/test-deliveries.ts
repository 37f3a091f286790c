import type { Event } from '../model/event.ts';
import type { NewDelivery } from './store.ts';

/** An event for a test; events of different numbers have nothing to do with each other. */
export function testEvent(number: number | string, other: Partial<Event> = {}): Event {
  return {
    id: `evt_${number}`,
    identity: `prod|${number}`,
    source: 'prod',
    type: 'model.created',
    model: 'wine',
    version: '',
    occurredAtMs: 1000,
    receivedAtMs: 1000,
    recovered: false,
    fields: {},
    ...other,
  };
}

/** A delivery for a test, due at once at a target named `devops`. */
export function testDelivery(
  number: number | string,
  other: Partial<NewDelivery> = {},
): NewDelivery {
  return {
    id: `dlv_${number}`,
    rule: 'release',
    target: 'devops',
    phase: 'pending',
    attempt: 1,
    key: `key-${number}`,
    request: { pipeline: 4 },
    lane: 'release:wine',
    oneAtATime: null,
    whenBusy: 'queue',
    requirement: null,
    reports: [],
    tries: 0,
    intendedAtMs: null,
    sinceMs: 1000,
    dueAtMs: 1000,
    createdAtMs: 1000,
    run: null,
    seen: null,
    seenAtMs: null,
    verdict: null,
    reason: 'rule release matched',
    ...other,
  };
}
