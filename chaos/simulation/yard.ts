import { TransientError, UncertainError } from '../../src/lib/errors.ts';
import type { Observation, RunState, RunVerdict } from '../../src/model/outcome.ts';
import type { Proof } from '../../src/proofs/proof.ts';
import type { Run, Start, Target } from '../../src/targets/target.ts';
import type { Fate } from './call.ts';
import { fateOfRead, fateOfStart, SURFACES_WITHIN_MS } from './fates.ts';
import { Request } from './plan.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** Where the runs are, of all targets. */
export interface Yard {
  readonly runs: SimulatedRun[];
  /** When a look at a run was answered last, by its id. */
  readonly contacts: Map<string, number>;
  readonly isAway: (target: string) => boolean;
}

/** A run that was really started, whoever knows of it. */
export interface SimulatedRun {
  readonly id: string;
  readonly target: string;
  readonly key: string;
  readonly request: Request;
  readonly acceptedAtMs: number;
  /** From when on it is in the list that is looked through. */
  readonly listedAtMs: number;
  endsAtMs: number;
  verdict: RunVerdict;
  readonly evidence: Evidence;
}

/** The run that this one sets off in turn. */
export interface Evidence {
  /** Infinity: it is never to be found. */
  readonly visibleAtMs: number;
  readonly endsAtMs: number;
  readonly verdict: RunVerdict;
}

const VERDICTS: readonly RunVerdict[] = ['failed', 'canceled', 'timed_out', 'skipped'];

const onAbort = () => new UncertainError('UNANSWERED', 'no answer in time');

const AWAY: Fate = {
  effectMs: null,
  answerMs: 5,
  error: new TransientError('UNREACHABLE', 'away'),
  note: 'target.outage',
};

/** A target that starts a run as often as it is asked to, whatever key it carries. */
export function openTarget(world: World, name: string, wire: Wire): Target {
  const { schedule, yard } = world;
  const fateOf = () => {
    const fate = fateOfRead(world);
    return yard.isAway(name) ? AWAY : fate;
  };
  const check = async (run: Run, signal: AbortSignal): Promise<Observation> => {
    const effect = () => {
      yard.contacts.set(run.id, schedule.now());
      return observationOf(world, found(yard.runs, run.id));
    };
    return await wire({ name: `${name}.check ${run.id}`, fate: fateOf(), effect, signal });
  };
  return {
    async start({ key, request }: Start<unknown>, signal) {
      const calledAtMs = schedule.now();
      const effect = () => accept(world, { target: name, key, request, calledAtMs });
      const fate = yard.isAway(name) ? AWAY : fateOfStart(world);
      const run = await wire({
        name: `${name}.start ${shortOf(key)}`,
        fate,
        effect,
        signal,
        onAbort,
      });
      return runOf(run);
    },
    async find({ key }, signal) {
      const effect = () =>
        yard.runs.find((run) => run.key === key && run.listedAtMs <= schedule.now());
      const call = { name: `${name}.find ${shortOf(key)}`, fate: fateOf(), effect, signal };
      const run = await wire(call);
      return run ? runOf(run) : null;
    },
    async named(id, { key }, signal) {
      const effect = () => yard.runs.find((run) => run.id === id && run.key === key);
      const run = await wire({ name: `${name}.named ${id}`, fate: fateOf(), effect, signal });
      return run ? runOf(run) : null;
    },
    check,
    async cancel(run, signal) {
      const call = { name: `${name}.cancel ${run.id}`, fate: fateOf(), signal };
      await wire({ ...call, effect: () => cancelRun(world, run.id) });
    },
    async output(run, signal) {
      return await wire({ name: `${name}.output`, fate: fateOf(), effect: () => run.id, signal });
    },
  };
}

/** Looks for the run that a run has set off: in what that one printed, and by its key. */
export function openProof(world: World, wire: Wire): Proof {
  return {
    async collect({ key, output }, signal) {
      await output();
      const effect = () =>
        world.yard.runs
          .filter((run) => run.key === key && run.evidence.visibleAtMs <= world.schedule.now())
          .map((run) => evidenceOf(world, run));
      const fate = fateOfRead(world);
      return await wire({ name: `evidence of ${shortOf(key)}`, fate, effect, signal });
    },
  };
}

interface Asked {
  readonly target: string;
  readonly key: string;
  readonly request: unknown;
  readonly calledAtMs: number;
}

function accept(world: World, { target, key, request, calledAtMs }: Asked): SimulatedRun {
  const { random, weather, schedule, yard } = world;
  const nowMs = schedule.now();
  const verdict = () =>
    random.chance(0.6) ? 'succeeded' : (VERDICTS[random.below(VERDICTS.length)] ?? 'failed');
  const isListedLate = weather.strikes('start.listed-late');
  const endsAtMs = nowMs + 50 + random.below(1500);
  const run: SimulatedRun = {
    id: String(yard.runs.length + 1),
    target,
    key,
    request: Request.parse(request),
    acceptedAtMs: nowMs,
    listedAtMs: isListedLate
      ? Math.max(nowMs, calledAtMs + random.below(SURFACES_WITHIN_MS))
      : nowMs,
    endsAtMs,
    verdict: verdict(),
    evidence: {
      visibleAtMs: visibleAtMs(world, nowMs, endsAtMs),
      endsAtMs: endsAtMs + random.below(600) - 300,
      verdict: verdict(),
    },
  };
  yard.runs.push(run);
  return run;
}

/** It takes a moment to stop, and what it set off goes on. */
function cancelRun({ schedule, yard, random }: World, id: string): void {
  const run = found(yard.runs, id);
  const endsAtMs = schedule.now() + random.below(300);
  if (run.endsAtMs <= endsAtMs) return;
  run.endsAtMs = endsAtMs;
  run.verdict = 'canceled';
}

function visibleAtMs({ random, weather }: World, nowMs: number, endsAtMs: number): number {
  if (weather.strikes('evidence.never')) return Infinity;
  // Not later than evidence may lag behind.
  if (weather.strikes('evidence.late')) return endsAtMs + random.below(600);
  return nowMs + random.below(50);
}

function found(runs: readonly SimulatedRun[], id: string): SimulatedRun {
  const run = runs.find((one) => one.id === id);
  if (!run) throw new RangeError(`there is no run ${id}`);
  return run;
}

function runOf({ id }: SimulatedRun): Run {
  return { id, place: {}, url: `https://target.example/runs/${id}` };
}

function observationOf(world: World, run: SimulatedRun): Observation {
  return observation(world, { ...run, system: run.target });
}

function evidenceOf(world: World, { id, evidence }: SimulatedRun): Observation {
  return observation(world, { ...evidence, id: `e${id}`, system: 'databricks' });
}

interface Standing {
  readonly system: string;
  readonly id: string;
  readonly endsAtMs: number;
  readonly verdict: RunVerdict;
}

function observation(world: World, { system, id, endsAtMs, verdict }: Standing): Observation {
  const isOver = endsAtMs <= world.schedule.now();
  const state: RunState = isOver
    ? { kind: 'ended', verdict, reason: verdict }
    : { kind: 'running', status: 'in progress' };
  return {
    system,
    id,
    name: `run ${id}`,
    url: `https://${system}.example/runs/${id}`,
    state,
    actor: null,
    commit: null,
    startedAtMs: null,
    endedAtMs: null,
    parts: [],
    foundBy: 'start',
  };
}

function shortOf(key: string): string {
  return key.slice(0, 6);
}
