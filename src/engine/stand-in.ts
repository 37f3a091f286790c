import { UncertainError } from '../lib/errors.ts';
import type { Observation, RunState } from '../model/outcome.ts';
import { noLimits, type Terms } from '../model/terms.ts';
import type { Run, Start, Target } from '../targets/target.ts';

/** What a test lets the next start do; then starts work again. */
export type StartFault =
  | { readonly kind: 'throws'; readonly error: Error }
  /** The run is started, and the answer is lost. */
  | { readonly kind: 'reply-lost' };

/** A target in memory, with runs that a test moves by hand: the port's other implementation. */
export interface StandInTarget extends Target {
  readonly runs: readonly StandInRun[];
  readonly faults: StartFault[];
  /** While set, looking fails with it. */
  outage: Error | null;
  end(verdict: Extract<RunState, { kind: 'ended' }>['verdict']): void;
}

interface StandInRun {
  readonly id: string;
  readonly key: string;
  readonly request: unknown;
  state: RunState;
}

/** A target without limits that is tried for a day. */
export const patient: Terms = {
  limits: noLimits,
  retry: {
    kind: 'exponential',
    firstMs: 1000,
    longestMs: 60_000,
    tries: null,
    forMs: 86_400_000,
  },
};

export function openStandInTarget(): StandInTarget {
  const runs: StandInRun[] = [];
  const faults: StartFault[] = [];
  const target: StandInTarget = {
    runs,
    faults,
    outage: null,
    end(verdict) {
      for (const run of runs) {
        if (run.state.kind === 'running') run.state = { kind: 'ended', verdict, reason: verdict };
      }
    },
    async start({ key, request }: Start<unknown>): Promise<Run> {
      const fault = faults.shift();
      if (fault?.kind === 'throws') throw fault.error;
      const id = String(runs.length + 1);
      runs.push({ id, key, request, state: { kind: 'running', status: 'in progress' } });
      if (fault) throw new UncertainError('UNANSWERED', 'no answer');
      return runOf(id);
    },
    async find({ key }) {
      if (target.outage) throw target.outage;
      const found = runs.find((run) => run.key === key);
      return found ? runOf(found.id) : null;
    },
    async named(id, { key }) {
      if (target.outage) throw target.outage;
      return runs.some((run) => run.id === id && run.key === key) ? runOf(id) : null;
    },
    async check({ id }) {
      if (target.outage) throw target.outage;
      const found = runs.find((run) => run.id === id);
      if (!found) throw new RangeError(`no run ${id}`);
      return observation('stand-in', id, found.state);
    },
    async cancel({ id }) {
      if (target.outage) throw target.outage;
      const found = runs.find((run) => run.id === id);
      if (found?.state.kind === 'running') found.state = { kind: 'running', status: 'canceling' };
    },
    output: async () => '',
  };
  return target;
}

function runOf(id: string): Run {
  return { id, place: {}, url: `https://target.example/runs/${id}` };
}

export function observation(system: string, id: string, state: RunState): Observation {
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
