import type { Verdict } from '../../src/model/outcome.ts';
import type { StoredDelivery } from '../../src/store/store.ts';
import type { Remembered } from './judge.ts';
import { START_MS } from './plan.ts';
import { changeOf } from './tell.ts';
import type { World } from './world.ts';
import type { SimulatedRun } from './yard.ts';

/** Compares the runs that there really were with what the deliveries say of them. */
export function judgeRuns(world: World, remembered: Remembered): readonly string[] {
  return [
    ...judgeDoubles(world),
    ...judgeKnown(world, remembered),
    ...judgeVerdicts(world, remembered),
    ...judgeLanes(world, remembered),
    ...judgeLimits(world, remembered),
  ];
}

/** One decision: one change, one rule. */
function judgeDoubles({ yard, plan }: World): readonly string[] {
  const first = new Map<string, SimulatedRun>();
  const alarms: string[] = [];
  for (const run of yard.runs) {
    const change = changeOf(plan.changes, run.request);
    const decision = `${change?.id ?? 'nothing'} by rule ${run.request.rule}`;
    const other = first.get(decision);
    if (other) alarms.push(`${decision} has two runs, ${other.id} and ${run.id}`);
    else first.set(decision, run);
  }
  return alarms;
}

function judgeKnown({ yard }: World, { deliveries }: Remembered): readonly string[] {
  const known = new Set(deliveries.map(({ run }) => run?.id));
  const lost = new Set(
    deliveries.filter(({ verdict }) => verdict === 'lost').map(({ key }) => key),
  );
  return yard.runs
    .filter(({ id, key }) => !known.has(id) && !lost.has(key))
    .map(({ id }) => `run ${id} goes on at its target, and no delivery knows it`);
}

function judgeVerdicts(world: World, remembered: Remembered): readonly string[] {
  return remembered.deliveries.flatMap((delivery) => {
    const { id, verdict } = delivery;
    const run = world.yard.runs.find((one) => one.id === delivery.run?.id);
    if (!run) return judgeWithoutRun(world, delivery, remembered);
    if (verdict === 'lost') return judgeLost(world, { delivery, run, remembered });
    const true_ = truthOf(delivery, run);
    if (verdict === null || true_.includes(verdict)) return [];
    return [`${id} is ${verdict}, and its run ${run.id} was ${true_.join(' or ')}`];
  });
}

/** Written anew, so that a mistake in `conclude` does not agree with itself. */
function truthOf({ requirement }: StoredDelivery, run: SimulatedRun): readonly Verdict[] {
  const { verdict, evidence, endsAtMs } = run;
  if (!requirement) return [verdict];
  if (evidence.visibleAtMs === Infinity) return verdict === 'succeeded' ? ['unproven'] : [verdict];
  const isWorse = evidence.verdict !== 'succeeded';
  const both = isWorse ? evidence.verdict : verdict;
  // A run that is red by itself does not have to wait for its evidence.
  const isLate = evidence.visibleAtMs > endsAtMs && verdict !== 'succeeded';
  return isLate ? [both, verdict] : [both];
}

/** Why a delivery may end without a run; each with what its reason says. */
const withoutRun: readonly {
  readonly says: string;
  readonly verdict: Verdict;
  readonly isTrue?: (world: World, delivery: StoredDelivery, all: Remembered) => boolean;
}[] = [
  { says: 'may not do that', verdict: 'refused' },
  { says: 'does not take that', verdict: 'failed' },
  { says: 'no such field', verdict: 'failed' },
  { says: 'cannot look for the run', verdict: 'lost' },
  { says: 'could not be started', verdict: 'failed', isTrue: isImpatient },
  { says: 'the newest wins', verdict: 'skipped', isTrue: isOvertaken },
];

function judgeWithoutRun(
  world: World,
  delivery: StoredDelivery,
  all: Remembered,
): readonly string[] {
  const { id, phase, verdict, run } = delivery;
  if (run) return [`${id} has the run ${run.id}, which there never was`];
  const reason = delivery.reason.replace(/; could not be written.*/, '');
  const isRight = withoutRun.some(
    (one) =>
      reason.includes(one.says) &&
      verdict === one.verdict &&
      one.isTrue?.(world, delivery, all) !== false,
  );
  return isRight ? [] : [`${id} is ${phase} and ${verdict ?? 'open'} without a run: ${reason}`];
}

/** Tried for less long than the weather lasts. */
function isImpatient({ plan }: World, { target }: StoredDelivery): boolean {
  const retry = plan.terms.get(target)?.retry;
  return retry?.kind !== 'exponential' || retry.forMs <= plan.calmAtMs;
}

function isOvertaken({ plan }: World, one: StoredDelivery, { deliveries }: Remembered): boolean {
  const rule = plan.rules.find(({ name }) => name === one.rule);
  const isNewer = ({ id, oneAtATime }: StoredDelivery) =>
    oneAtATime === one.oneAtATime && id > one.id;
  return rule?.whenBusy === 'newest' && deliveries.some(isNewer);
}

const CLOCKS_APART_MS = 1000;

interface Lost {
  readonly delivery: StoredDelivery;
  readonly run: SimulatedRun;
  readonly remembered: Remembered;
}

function judgeLost(world: World, { delivery, run, remembered }: Lost): readonly string[] {
  const ended = remembered.transitions.find(
    (one) => one.delivery === delivery.id && one.phase === 'ended',
  );
  const contactMs = world.yard.contacts.get(run.id) ?? run.acceptedAtMs;
  const forMs = (ended?.atMs ?? 0) - START_MS - contactMs;
  if (forMs > world.plan.settings.lostAfterMs - CLOCKS_APART_MS) return [];
  return [`${delivery.id} is lost, and its run was seen ${forMs} ms before`];
}

/** Of one lane, the next run begins when the one before it is over, or out of sight for good. */
function judgeLanes({ plan, yard }: World, { events, deliveries }: Remembered): readonly string[] {
  const lanes = new Map<string, { readonly run: SimulatedRun; readonly isLost: boolean }[]>();
  for (const delivery of deliveries) {
    const event = events.find(({ id }) => id === delivery.event);
    const rule = plan.rules.find(({ name }) => name === delivery.rule);
    const lane = event && rule?.oneAtATime?.(event);
    if (lane === undefined) continue;
    const its = yard.runs.filter(({ key }) => key === delivery.key);
    const name = `${delivery.rule} ${lane}`;
    const isLost = delivery.verdict === 'lost';
    lanes.set(name, [...(lanes.get(name) ?? []), ...its.map((run) => ({ run, isLost }))]);
  }
  return [...lanes].flatMap(([name, unsorted]) => {
    const runs = unsorted.toSorted((a, b) => a.run.acceptedAtMs - b.run.acceptedAtMs);
    return runs.flatMap(({ run }, number) => {
      const before = runs[number - 1];
      if (!before || before.isLost || before.run.endsAtMs <= run.acceptedAtMs) return [];
      return [
        `run ${run.id} began while ${before.run.id} went on, and they are of one lane: ${name}`,
      ];
    });
  });
}

/** No more go on at a target than it takes at once; those that are out of sight for good aside. */
function judgeLimits({ plan, yard }: World, { deliveries }: Remembered): readonly string[] {
  const lost = new Set(
    deliveries.filter(({ verdict }) => verdict === 'lost').map(({ key }) => key),
  );
  return [...plan.terms].flatMap(([target, { limits }]) => {
    const { concurrent } = limits;
    if (concurrent === null) return [];
    const runs = yard.runs.filter((run) => run.target === target && !lost.has(run.key));
    return runs.flatMap((run) => {
      const others = runs.filter(
        (one) => one.acceptedAtMs <= run.acceptedAtMs && one.endsAtMs > run.acceptedAtMs,
      );
      if (others.length <= concurrent) return [];
      return [
        `${others.length} runs go on at ${target} with run ${run.id}, and it takes ${concurrent}`,
      ];
    });
  });
}
