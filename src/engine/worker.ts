import type { After } from '../lib/after.ts';
import type { News } from '../model/news.ts';
import { cancel } from './canceler.ts';
import { openDispatcher } from './dispatcher.ts';
import type { Engine, StepRun } from './engine.ts';
import { openFollowers } from './follower.ts';
import { reconcile, type SurveyFailures, type SurveyPlan } from './reconciler.ts';
import { report } from './reporter.ts';

/** Drives the steps of the flow. */
export interface Worker {
  /** Runs every step once, and resolves to how much there was to do. Tests call this. */
  tick(): Promise<number>;
  /** Runs the steps over and over until the worker is closed. */
  run(): Promise<void>;
  /** Something new is in the store: do not wait for the next round. */
  readonly wake: () => void;
  /** `stopping` from when it was asked to drain, or was closed. */
  readonly state: () => 'running' | 'stopping';
  /** Claims nothing more; resolves when what is in hand is done, and nothing is held any more. */
  drain(): Promise<void>;
  /** Ends the loops; calls under way are cut off, and will be looked for by the next process. */
  close(): Promise<void>;
}

/** How long a step rests when there was nothing to do and nobody woke it. */
const LONGEST_REST_MS = 1000;

export function openWorker(engine: Engine, plans: readonly SurveyPlan[]): Worker {
  const leave = new AbortController();
  const stop = new AbortController();
  const { signal } = stop;
  const complain = openComplaints(engine, signal);
  const rests = openRests(engine);
  const dispatcher = openDispatcher(engine, signal, rests.starts.wake);
  const steps = stepsOf(engine, plans, signal);
  const deaf = engine.store.onHint((news) => {
    for (const kind of news) rests[kind].wake();
  });
  let loops: Promise<unknown> = Promise.resolve();

  function wake(): void {
    for (const rest of Object.values(rests)) rest.wake();
  }

  async function drain(): Promise<void> {
    leave.abort();
    wake();
    await loops;
    await dispatcher.settled().catch(() => undefined);
  }

  return {
    async tick() {
      const runs = [await dispatcher.round()];
      await dispatcher.settled();
      for (const { step } of steps) runs.push(await step());
      return runs.reduce((sum, { handled }) => sum + handled, 0);
    },
    async run() {
      loops = Promise.all([
        repeat(dispatcher.round, { rest: rests.starts, signal: leave.signal, complain }),
        ...steps.map(({ step, wokenBy }) =>
          repeat(step, { rest: rests[wokenBy], signal: leave.signal, complain }),
        ),
      ]);
      await loops;
    },
    wake,
    state: () => (leave.signal.aborted ? 'stopping' : 'running'),
    drain,
    async close() {
      deaf();
      stop.abort();
      await drain();
    },
  };
}

type Step = () => Promise<StepRun>;

interface Woken {
  readonly step: Step;
  /** Of which news it need not wait for its next look. */
  readonly wokenBy: News;
}

/** All but the dispatcher's, each a round of its own. */
function stepsOf(
  engine: Engine,
  plans: readonly SurveyPlan[],
  signal: AbortSignal,
): readonly Woken[] {
  const failures: SurveyFailures = new Map();
  return [
    ...openFollowers(engine).map(
      (follow): Woken => ({
        step: () => follow(signal),
        wokenBy: 'follows',
      }),
    ),
    { step: () => cancel(engine, signal), wokenBy: 'cancels' },
    { step: () => report(engine, signal), wokenBy: 'reports' },
    // Nothing that is stored makes it due: it looks by itself, as often as any.
    { step: () => reconcile(engine, plans, { failures, signal }), wokenBy: 'cancels' },
  ];
}

interface Repeating {
  readonly rest: Rest;
  readonly signal: AbortSignal;
  readonly complain: Complain;
}

/** Runs a step over and over; it rests where there was nothing to do. */
async function repeat(step: Step, { rest, signal, complain }: Repeating): Promise<void> {
  while (!signal.aborted) {
    const before = rest.wakes();
    const handled = await attempt(step, complain);
    // Woken in the middle of a step: what is new may have come after it looked.
    if (handled === 0 && rest.wakes() === before) await rest.pause();
  }
}

type Rest = ReturnType<typeof openRest>;

function openRests({ after, settings }: Engine) {
  const longestMs = Math.min(LONGEST_REST_MS, settings.pollMs);
  const open = () => openRest(after, longestMs);
  return {
    starts: open(),
    follows: open(),
    cancels: open(),
    reports: open(),
  } satisfies Readonly<Record<News, Rest>>;
}

/** A pause that anybody can cut short. */
function openRest(after: After, longestMs: number) {
  const sleepers = new Set<() => void>();
  let wakes = 0;
  return {
    wakes: () => wakes,
    wake: (): void => {
      wakes += 1;
      for (const rise of sleepers) rise();
    },
    pause: () =>
      new Promise<void>((resolve) => {
        function rise(): void {
          callOff();
          sleepers.delete(rise);
          resolve();
        }
        const callOff = after(longestMs, rise);
        sleepers.add(rise);
      }),
  };
}

/** One step; what goes wrong in it is logged, and must not end the loop. */
async function attempt(step: Step, complain: Complain): Promise<number> {
  try {
    return (await step()).handled;
  } catch (error) {
    complain(error);
    return 0;
  }
}

type Complain = (error: unknown) => void;

/** While the store is away every step fails every second: once a minute of the same will do. */
function openComplaints(engine: Pick<Engine, 'log' | 'now'>, signal: AbortSignal): Complain {
  const saidAtMs = new Map<string, number>();
  return (error) => {
    const nowMs = engine.now();
    const text = error instanceof Error ? error.message : String(error);
    const isSaid = nowMs - (saidAtMs.get(text) ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN_MS;
    if (signal.aborted || isSaid) return;
    if (saidAtMs.size === MOST_SAID) saidAtMs.clear();
    saidAtMs.set(text, nowMs);
    engine.log.error({ err: error }, 'a step failed');
  };
}

const SAID_AGAIN_MS = 60_000;
const MOST_SAID = 100;
