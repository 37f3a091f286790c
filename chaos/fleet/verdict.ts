import { FIRST_MS, plannedEvent, REPORTING_RULE } from './organization.ts';
import type { BuildSeen } from './sandbox.ts';
import type { StoredDelivery, StoredEvent } from './store-reader.ts';

/** Everything that is known once the storm is over. */
export interface Evidence {
  /** How many events there were to be told. */
  readonly events: number;
  /** By number, the id of the event as it was acknowledged. */
  readonly acknowledged: ReadonlyMap<number, string>;
  readonly stored: readonly StoredEvent[];
  readonly deliveries: readonly StoredDelivery[];
  /** All runs there are in Azure DevOps, whoever heard of them. */
  readonly builds: readonly BuildSeen[];
  /** What was said about the reported version, in words. */
  readonly comments: readonly string[];
}

/** What was found wrong, by kind; each with its first cases in words. */
export interface Findings {
  /** Acknowledged, and not in the store. */
  readonly lost: readonly string[];
  /** Stored twice, or as another event than was acknowledged. */
  readonly doubled: readonly string[];
  /** Rules without their delivery, and deliveries without a rule. */
  readonly astray: readonly string[];
  /** Deliveries that started more than one run. */
  readonly startedTwice: readonly string[];
  /** Runs of which no delivery knows. */
  readonly unknown: readonly string[];
  /** Deliveries that are not over. */
  readonly endless: readonly string[];
  /** Deliveries that say something else than their run. */
  readonly untrue: readonly string[];
  /** Deliveries with more than one comment. */
  readonly repeated: readonly string[];
  /** Deliveries that are not commented on, and do not say so. */
  readonly unreported: readonly string[];
}

export const kinds = [
  'lost',
  'doubled',
  'astray',
  'startedTwice',
  'unknown',
  'endless',
  'untrue',
  'repeated',
  'unreported',
] as const;

/** Compares what was acknowledged, what is stored, and what really ran. */
export function judge(evidence: Evidence): Findings {
  const byKey = Map.groupBy(evidence.builds, keyOf);
  return {
    ...judgeEvents(evidence),
    ...judgeDeliveries(evidence, byKey),
    startedTwice: [...byKey]
      .filter(([, builds]) => builds.length > 1)
      .map(([key, builds]) => `${key} started ${builds.map(({ id }) => id).join(' and ')}`),
    ...judgeReports(evidence),
  };
}

/** How many of them there are. */
export function count(findings: Findings): number {
  let sum = 0;
  for (const kind of kinds) sum += findings[kind].length;
  return sum;
}

function judgeEvents({ events, acknowledged, stored, deliveries }: Evidence) {
  const byNumber = Map.groupBy(stored, numberOf);
  const ofEvent = Map.groupBy(deliveries, ({ event }) => event);
  const lost = [...acknowledged].filter(([number]) => !byNumber.has(number));
  const doubled = [...byNumber].filter(([number, found]) => {
    const known = acknowledged.get(number) ?? found[0]?.id;
    const isTold = number >= 0 && number < events;
    return !isTold || found.length > 1 || found[0]?.id !== known;
  });
  const astray = [...byNumber].flatMap(([number, found]) => {
    const rules = rulesOf(ofEvent.get(found[0]?.id ?? '') ?? []);
    const planned = plannedEvent(number).rules.toSorted().join(' and ');
    return rules === planned ? [] : [`event ${number}: ${rules}, and not ${planned}`];
  });
  return {
    lost: lost.map(([number, id]) => `event ${number}, acknowledged as ${id}`),
    doubled: doubled.map(([number, found]) => {
      return `event ${number} is stored as ${found.map(({ id }) => id).join(', ')}`;
    }),
    astray,
  };
}

function rulesOf(deliveries: readonly StoredDelivery[]): string {
  return deliveries
    .map(({ rule }) => rule)
    .toSorted()
    .join(' and ');
}

function judgeDeliveries(
  { deliveries }: Evidence,
  byKey: ReadonlyMap<string, readonly BuildSeen[]>,
) {
  const keys = new Set(deliveries.map(({ key }) => key));
  const unknown = [...byKey].filter(([key]) => !keys.has(key)).flatMap(([, builds]) => builds);
  const endless = deliveries.filter(
    ({ verdict, rule, phase }) => verdict === null || !isOver(rule, phase),
  );
  const untrue = deliveries.flatMap((delivery) => {
    const said =
      delivery.verdict === null ? null : untruthOf(delivery, byKey.get(delivery.key)?.[0]);
    return said === null ? [] : [said];
  });
  return {
    unknown: unknown.map((build) => `run ${build.id} of pipeline ${build.definition.id}`),
    endless: endless.map(({ id, phase, reason }) => `${id} is ${phase}: ${reason}`),
    untrue,
  };
}

function isOver(rule: string, phase: string): boolean {
  return phase === (rule === REPORTING_RULE ? 'reported' : 'ended');
}

/** Source: our own docs/reference, the truth table of Azure Pipelines */
const VERDICTS: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  partiallySucceeded: 'failed',
  failed: 'failed',
  canceled: 'canceled',
};

/** What is not true about a delivery that says that it is over; null: nothing. */
function untruthOf(delivery: StoredDelivery, build: BuildSeen | undefined): string | null {
  const { id, verdict, run, reason } = delivery;
  if (!build) return `${id} is ${verdict} and nothing ran: ${reason}`;
  const truth = VERDICTS[build.result ?? ''] ?? `still ${build.status}`;
  if (verdict !== truth) return `${id} is ${verdict}, and run ${build.id} ${truth}: ${reason}`;
  const runId: unknown = run === null ? null : Reflect.get(JSON.parse(run), 'id');
  return runId === String(build.id) ? null : `${id} names run ${String(runId)}, not ${build.id}`;
}

function judgeReports({ deliveries, comments }: Evidence) {
  const reported = deliveries
    .filter(({ rule }) => rule === REPORTING_RULE)
    .map(({ id, reason }) => {
      return { id, reason, times: comments.filter((text) => text.includes(id)).length };
    });
  // A comment that went unanswered is not written again: the delivery says then that it may be missing.
  const unreported = reported.filter(
    ({ times, reason }) => times === 0 && !reason.includes('could not be written'),
  );
  return {
    repeated: reported
      .filter(({ times }) => times > 1)
      .map(({ id, times }) => `${id} was commented on ${times} times`),
    unreported: unreported.map(({ id, reason }) => `${id} has no comment: ${reason}`),
  };
}

function keyOf({ templateParameters }: BuildSeen): string {
  return templateParameters['signalbox_key'] ?? '(no key)';
}

function numberOf({ occurred_at_ms: atMs }: StoredEvent): number {
  return atMs - FIRST_MS;
}
