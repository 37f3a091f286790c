import { cancelRun } from '../../clients/databricks/cancel-run.ts';
import type { DatabricksClient } from '../../clients/databricks/databricks-client.ts';
import { listActiveRuns } from '../../clients/databricks/list-active-runs.ts';
import type { DatabricksRun } from '../../clients/databricks/run.ts';
import { adviceFor } from './databricks-advice.ts';
import { lookAtDatabricks, remainsOnDatabricks } from './look-at-databricks.ts';
import type { Runner, Start } from './runner.ts';

interface OnDatabricks {
  readonly client: DatabricksClient;
  readonly kind: 'job' | 'notebook';
  readonly what: string;
  readonly prepare: (signal: AbortSignal) => Promise<void>;
  /** The saved job whose runs are the same as this one; null: runs without a job. */
  readonly jobId: () => string | null;
  readonly isSame: (run: DatabricksRun) => boolean;
  /** Resolves to the run's id. */
  readonly start: (start: Start, signal: AbortSignal) => Promise<string>;
}

/** What jobs and submitted runs have in common: they are followed, canceled and judged alike. */
export function databricksRunner(one: OnDatabricks): Runner {
  const { client, kind, what } = one;
  let codes: readonly string[] = [];
  return {
    kind,
    system: 'databricks',
    what,
    // The token sees to it that asking again starts nothing.
    settleMs: 0,
    prepare: (_key, signal) => one.prepare(signal),
    async existing(signal) {
      const runs = await listActiveRuns(client, one.jobId(), signal);
      return runs
        .filter(one.isSame)
        .map(({ run_id, run_page_url }) => ({ id: run_id, url: run_page_url ?? null }));
    },
    async start(start, signal) {
      const id = await one.start(start, signal);
      // A start answers with no address, and the first thing to be said is where to look.
      const look = await lookAtDatabricks(client, id, signal).catch(() => null);
      return { id, url: look?.url ?? null };
    },
    async look(id, signal) {
      const look = await lookAtDatabricks(client, id, signal);
      codes = look.codes;
      return look;
    },
    required: null,
    cancel: (id, signal) => cancelRun(client, id, signal),
    remains: ({ id }, signal) => remainsOnDatabricks(client, id, signal),
    advise: ({ state }) =>
      state.kind === 'ended' && state.verdict !== 'succeeded' ? adviceFor(codes) : null,
  };
}
