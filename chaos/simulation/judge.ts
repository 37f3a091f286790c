import type { Phase, Transition } from '../../src/model/delivery.ts';
import type { Event } from '../../src/model/event.ts';
import type { ReportRecord, StoredDelivery } from '../../src/store/store.ts';
import { judgeRuns } from './judge-runs.ts';
import { type Change, eventOf, happeningOf, START_MS } from './plan.ts';
import type { WrittenReport } from './registry.ts';
import { changeOf } from './tell.ts';
import type { World } from './world.ts';

/** What the store holds when a seed is over. */
export interface Remembered {
  readonly events: readonly Event[];
  readonly deliveries: readonly StoredDelivery[];
  readonly transitions: readonly Transition[];
  readonly reports: readonly ReportRecord[];
}

/** Compares what Signalbox remembers with what really happened; one sentence for each difference. */
export async function judgeWorld(world: World): Promise<readonly string[]> {
  const { store } = world.database;
  const events = await store.events(1000);
  const deliveries = await store.deliveriesOf(events.map(({ id }) => id));
  const ids = deliveries.map(({ id }) => id);
  const remembered: Remembered = {
    events,
    deliveries,
    transitions: await store.transitionsOf(ids),
    reports: await store.reportsOf(ids),
  };
  return [
    ...judgeEvents(world, remembered),
    ...judgeDeliveries(world, remembered),
    ...judgeSteps(remembered),
    ...judgeRuns(world, remembered),
    ...judgeReports(world, remembered),
  ];
}

function judgeEvents(world: World, { events }: Remembered): readonly string[] {
  const { changes } = world.plan;
  const alarms: string[] = [];
  for (const change of changes) {
    const its = events.filter((event) => changeIn(changes, event) === change);
    const ids = its.map(({ id }) => id).join(', ');
    if (its.length > 1) alarms.push(`${change.id} has made ${its.length} events: ${ids}`);
    if (its.length > 0) continue;
    if (isAcknowledged(world, change))
      alarms.push(`${change.id} was acknowledged and is not there`);
    else if (mustBeFound(world, change, events))
      alarms.push(`${change.id} never arrived and was not found`);
  }
  const strays = events.filter((event) => !changeIn(changes, event));
  return [...alarms, ...strays.map(({ identity }) => `${identity} has never happened`)];
}

function changeIn(changes: readonly Change[], event: Event): Change | undefined {
  return changeOf(changes, happeningOf(event));
}

function isAcknowledged({ acknowledged }: World, change: Change): boolean {
  return [...acknowledged].some((identity) => {
    const atMs = identity.startsWith('manual') ? 0 : Number(identity.split('|').at(-1));
    return (
      identity === eventOf(change, atMs).identity && Math.abs(atMs - START_MS - change.atMs) < 50
    );
  });
}

/** A version that stands elsewhere than everything we know would have it is found by comparing. */
function mustBeFound({ plan, registry }: World, change: Change, events: readonly Event[]): boolean {
  const { firstSurveyMs } = registry;
  if (change.kind === 'manual' || firstSurveyMs === null || change.atMs <= firstSurveyMs)
    return false;
  const its = plan.changes.filter(
    ({ kind, model, version }) =>
      kind === 'stage' && model === change.model && version === change.version,
  );
  if (its.at(-1) !== change) return false;
  const stored = new Set(events.map((event) => changeIn(plan.changes, event)));
  const known = its.findLast((one) => stored.has(one) || one.atMs <= firstSurveyMs);
  return known?.to !== change.to;
}

function judgeDeliveries({ plan }: World, { events, deliveries }: Remembered): readonly string[] {
  const alarms: string[] = [];
  for (const event of events) {
    const wanted = plan.rules
      .filter(({ on, when }) => on.includes(event.type) && when?.holds(event) !== false)
      .map(({ name }) => name);
    const made = deliveries.filter((delivery) => delivery.event === event.id);
    const rules = made.map(({ rule }) => rule);
    if (rules.toSorted().join() !== wanted.toSorted().join()) {
      alarms.push(`${event.id} has deliveries of ${rules.join(', ')}, not of ${wanted.join(', ')}`);
    }
  }
  for (const { id, phase, verdict, reports } of deliveries) {
    const last: Phase = reports.length > 0 ? 'reported' : 'ended';
    if (phase !== last && phase !== 'dead') alarms.push(`${id} is not over: it is ${phase}`);
    if (verdict === null) alarms.push(`${id} has no verdict`);
  }
  return alarms;
}

/** As ARCHITECTURE.md draws it. */
const ways: Readonly<Record<Phase, readonly Phase[]>> = {
  pending: ['held', 'starting', 'ended', 'dead'],
  held: ['starting', 'ended', 'dead'],
  starting: ['running', 'waiting', 'uncertain', 'dead'],
  waiting: ['starting', 'ended', 'dead'],
  uncertain: ['running', 'starting', 'ended', 'dead'],
  running: ['ended', 'dead'],
  ended: ['reported'],
  reported: [],
  dead: [],
};

function judgeSteps({ deliveries, transitions }: Remembered): readonly string[] {
  return deliveries.flatMap(({ id, phase }) => {
    const phases = transitions.filter(({ delivery }) => delivery === id).map((one) => one.phase);
    const alarms: string[] = [];
    if (phases.at(-1) !== phase) alarms.push(`${id} is ${phase}, and its timeline does not say so`);
    if (phases[0] !== 'pending' && phases[0] !== 'dead') alarms.push(`${id} began as ${phases[0]}`);
    for (const [number, to] of phases.entries()) {
      const from = phases[number - 1];
      if (from === undefined || from === to || ways[from].includes(to)) continue;
      alarms.push(`${id} went from ${from} to ${to}`);
    }
    return alarms;
  });
}

function judgeReports({ registry }: World, { deliveries, reports }: Remembered): readonly string[] {
  return deliveries.flatMap((delivery) =>
    delivery.reports.flatMap((form) => {
      const isOf = (one: { readonly delivery: string; readonly form: string }) =>
        one.delivery === delivery.id && one.form === form;
      const record = reports.find(isOf);
      if (!record) return [`${delivery.id} has no ${form} to be written`];
      return judgeReport(delivery, record, registry.reports.filter(isOf));
    }),
  );
}

function judgeReport(
  { id, verdict }: StoredDelivery,
  { form, state, reason }: ReportRecord,
  written: readonly WrittenReport[],
): readonly string[] {
  const wrongs: readonly (readonly [boolean, string])[] = [
    [
      written.some((one) => one.verdict !== verdict),
      `${id} is ${verdict ?? 'open'}, and its ${form} says otherwise`,
    ],
    [form === 'comment' && written.length > 1, `${id} has two comments`],
    [
      state === 'done' && written.length === 0,
      `the ${form} of ${id} is said to be written, and is not`,
    ],
    [state !== 'done' && state !== 'failed', `the ${form} of ${id} is ${state} for ever`],
    [
      state === 'failed' && !mayBeGivenUp(form, reason),
      `the ${form} of ${id} was given up: ${reason}`,
    ],
  ];
  return wrongs.filter(([isWrong]) => isWrong).map(([, says]) => says);
}

/** Again could not have helped. */
const FINAL = ['takes no reports', 'may not do that', 'does not take that'];
/** Nobody knows whether it is there: once more might be twice. */
const UNANSWERED = ['no answer', 'went unanswered', 'socket hang up'];

function mayBeGivenUp(form: ReportRecord['form'], reason: string): boolean {
  const known = form === 'comment' ? [...FINAL, ...UNANSWERED] : FINAL;
  return known.some((one) => reason.includes(one));
}
