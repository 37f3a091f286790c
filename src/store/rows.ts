import type { Selectable } from 'kysely';
import { z } from 'zod';

import { type Delivery, phases, type Transition } from '../model/delivery.ts';
import { type Event, type EventType, isEventType } from '../model/event.ts';
import { whenBusy } from '../model/one-at-a-time.ts';
import { verdicts } from '../model/outcome.ts';
import { type ReportForm, reportForms } from '../model/report.ts';
import type { EarlierAttempt } from './asking.ts';
import {
  type KnownStanding,
  type ReportRecord,
  reportStates,
  type StoredDelivery,
  type Target,
} from './store.ts';
import type { DeliveryRow, HeldRow, Tables } from './tables.ts';

const RunState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running'), status: z.string() }),
  z.object({
    kind: z.literal('ended'),
    verdict: z.enum(['succeeded', 'failed', 'canceled', 'timed_out', 'skipped']),
    reason: z.string(),
    mayLag: z.literal(true).optional(),
  }),
]);

const Observation = z.object({
  system: z.string(),
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: RunState,
  actor: z.string().nullable(),
  commit: z.string().nullable(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  parts: z.array(z.object({ name: z.string(), state: RunState, error: z.string().nullable() })),
  foundBy: z.enum(['start', 'key', 'output']),
});

const Seen = z.object({
  run: Observation.nullable(),
  evidence: z.array(Observation),
  overSinceMs: z.number().nullable(),
});

const StartedRun = z.object({
  id: z.string(),
  place: z.record(z.string(), z.string()),
  url: z.string(),
});

const VerdictName = z.enum(verdicts);

const Requirement = z.object({ type: z.string(), source: z.string() });
const ReportForms = z.array(z.enum(reportForms));
const Wish = z.object({ by: z.string(), why: z.string(), atMs: z.number() });
const Fields = z.record(z.string(), z.string());
const ReportState = z.enum(reportStates);

export function eventRow(event: Event): Tables['events'] {
  return {
    id: event.id,
    identity: event.identity,
    told_at_ms: toldAtMs(event),
    source: event.source,
    type: event.type,
    model: event.model,
    version: event.version,
    occurred_at_ms: event.occurredAtMs,
    received_at_ms: event.receivedAtMs,
    recovered: event.recovered ? 1 : 0,
    fields: JSON.stringify(event.fields),
  };
}

/** Every telling of what happened in a registry names the same time; a person may ask twice. */
function toldAtMs({ type, occurredAtMs }: Event): number {
  return type === 'manual.requested' ? 0 : occurredAtMs;
}

export function eventOf(row: Tables['events']): Event {
  return {
    id: row.id,
    identity: row.identity,
    source: row.source,
    type: eventType(row.type),
    model: row.model,
    version: row.version,
    occurredAtMs: row.occurred_at_ms,
    receivedAtMs: row.received_at_ms,
    recovered: row.recovered === 1,
    fields: Fields.parse(JSON.parse(row.fields)),
  };
}

function eventType(text: string): EventType {
  if (isEventType(text)) return text;
  throw new RangeError(`the store holds an event of the unknown type ${text}`);
}

export function deliveryRow(delivery: Delivery): DeliveryRow {
  return {
    id: delivery.id,
    event: delivery.event,
    rule: delivery.rule,
    target: delivery.target,
    phase: delivery.phase,
    attempt: delivery.attempt,
    key: delivery.key,
    request: JSON.stringify(delivery.request),
    lane: delivery.lane,
    one_at_a_time: delivery.oneAtATime,
    when_busy: delivery.whenBusy,
    requirement: delivery.requirement && JSON.stringify(delivery.requirement),
    reports: JSON.stringify(delivery.reports),
    tries: delivery.tries,
    intended_at_ms: delivery.intendedAtMs,
    since_ms: delivery.sinceMs,
    due_at_ms: delivery.dueAtMs,
    created_at_ms: delivery.createdAtMs,
    run: delivery.run && JSON.stringify(delivery.run),
    run_id: delivery.run?.id ?? null,
    seen: delivery.seen && JSON.stringify(delivery.seen),
    seen_at_ms: delivery.seenAtMs,
    verdict: delivery.verdict,
    reason: delivery.reason,
  };
}

function deliveryOf(row: DeliveryRow): Delivery {
  const request: unknown = JSON.parse(row.request);
  return {
    id: row.id,
    event: row.event,
    rule: row.rule,
    target: row.target,
    phase: z.enum(phases).parse(row.phase),
    attempt: row.attempt,
    key: row.key,
    request,
    lane: row.lane,
    oneAtATime: row.one_at_a_time,
    whenBusy: z.enum(whenBusy).parse(row.when_busy),
    requirement: row.requirement === null ? null : Requirement.parse(JSON.parse(row.requirement)),
    reports: ReportForms.parse(JSON.parse(row.reports)),
    tries: row.tries,
    intendedAtMs: row.intended_at_ms,
    sinceMs: row.since_ms,
    dueAtMs: row.due_at_ms,
    createdAtMs: row.created_at_ms,
    run: row.run === null ? null : StartedRun.parse(JSON.parse(row.run)),
    seen: row.seen === null ? null : Seen.parse(JSON.parse(row.seen)),
    seenAtMs: row.seen_at_ms,
    verdict: VerdictName.nullable().parse(row.verdict),
    reason: row.reason,
  };
}

/** How the end of a delivery is to be written back, as its row says. */
export function reportFormsOf(column: unknown): readonly ReportForm[] {
  return ReportForms.parse(JSON.parse(String(column)));
}

export function storedOf(row: HeldRow): StoredDelivery {
  const { epoch, cancel, dismissed } = row;
  return {
    ...deliveryOf(row),
    epoch,
    cancel: cancel === null ? null : Wish.parse(JSON.parse(cancel)),
    dismissed: dismissed === null ? null : Wish.parse(JSON.parse(dismissed)),
  };
}

export function earlierOf(row: Tables['attempts']): EarlierAttempt {
  const request: unknown = JSON.parse(row.request);
  return {
    delivery: row.delivery,
    attempt: row.attempt,
    key: row.key,
    target: row.target,
    request,
    run: row.run === null ? null : StartedRun.parse(JSON.parse(row.run)),
    verdict: VerdictName.parse(row.verdict),
    reason: row.reason,
    endedAtMs: row.ended_at_ms,
  };
}

export function transitionOf(row: Selectable<Tables['transitions']>): Transition {
  return {
    delivery: row.delivery,
    atMs: row.at_ms,
    phase: z.enum(phases).parse(row.phase),
    reason: row.reason,
  };
}

export function reportOf(row: Tables['reports']): ReportRecord {
  return {
    delivery: row.delivery,
    form: z.enum(reportForms).parse(row.form),
    state: ReportState.parse(row.state),
    tries: row.tries,
    dueAtMs: row.due_at_ms,
    atMs: row.at_ms,
    reason: row.reason,
  };
}

export function standingRow(source: string, standing: KnownStanding): Tables['standings'] {
  return {
    source,
    model: standing.model,
    version: standing.version,
    stage: standing.stage,
    changed_at_ms: standing.changedAtMs,
    recovered: standing.recovered ? 1 : 0,
  };
}

export function standingOf(row: Tables['standings']): KnownStanding {
  return {
    model: row.model,
    version: row.version,
    stage: row.stage,
    changedAtMs: row.changed_at_ms,
    recovered: row.recovered === 1,
  };
}

export function targetOf(row: Tables['targets']): Target {
  return {
    name: row.name,
    allowance: { starts: row.starts_left, atMs: row.starts_left_at_ms },
    breaker: {
      failures: row.failures,
      openings: row.openings,
      probeAtMs: row.probe_at_ms,
      openSinceMs: row.open_since_ms,
      reason: row.reason,
    },
  };
}
