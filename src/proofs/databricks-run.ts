import { z } from 'zod';

import { type DatabricksClient, openDatabricks } from '../clients/databricks/databricks-client.ts';
import { getRun } from '../clients/databricks/get-run.ts';
import { getRunOutput } from '../clients/databricks/get-run-output.ts';
import { listRunsBetween } from '../clients/databricks/list-runs.ts';
import type { DatabricksRun } from '../clients/databricks/run.ts';
import { PermanentError } from '../lib/errors.ts';
import {
  judgeDatabricksRun,
  judgeDatabricksTask,
  latestAttempts,
} from '../model/judge-databricks-run.ts';
import type { Observation, Part } from '../model/outcome.ts';
import { defineProof, type Search } from './proof.ts';
import { keysOf } from './run-keys.ts';
import { openRunsByKey, type RunsByKey } from './runs-by-key.ts';

const Config = z.object({
  host: z.url({ protocol: /^https$/ }),
  identity: z.string().min(1),
});

/** Clocks differ: a run may seem to have started a little before it was meant to. */
const CLOCK_SKEW_MS = 60_000;

/** Requires a run on Databricks that belongs to the start. */
export const databricksRun = defineProof({
  type: 'databricks_run',
  config: Config,

  open({ host, identity }, deps) {
    const { fetch } = deps;
    const client = openDatabricks({ host, identity: deps.identity(identity), fetch });
    const byKey = openRunsByKey((span, signal) => listRunsBetween(client, span, signal));

    return {
      async collect(search, signal) {
        const place = { client, host, signal };
        const keyed = await withKey(place, byKey, search);
        const runs = keyed.length > 0 ? keyed : await inOutput(place, search);
        const foundBy = keyed.length > 0 ? 'key' : 'output';
        return await Promise.all(runs.map((run) => observe(place, run, foundBy)));
      },
    };
  },
});

interface Place {
  readonly client: DatabricksClient;
  readonly host: string;
  readonly signal: AbortSignal;
}

async function withKey(
  { client, signal }: Place,
  byKey: RunsByKey,
  { key, intendedAtMs }: Search,
): Promise<readonly DatabricksRun[]> {
  const found: DatabricksRun[] = [];
  for (const id of await byKey.find({ key, fromMs: intendedAtMs - CLOCK_SKEW_MS }, signal)) {
    const run = await getRun(client, id, signal).catch((error: unknown) => {
      // Listed once, and deleted since.
      if (error instanceof PermanentError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    if (run) found.push(run);
  }
  return found;
}

/** Runs that are named in what the pipeline printed, and that nothing speaks against. */
async function inOutput(place: Place, search: Search): Promise<readonly DatabricksRun[]> {
  const found = new Map<string, DatabricksRun>();
  const refusals: PermanentError[] = [];
  for (const id of runIdsIn(await search.output())) {
    const run = await getWholeRun(place, id).catch((error: unknown) => {
      if (!isNoSuchRun(error)) throw error;
      refusals.push(error);
      return null;
    });
    if (run && belongsTo(run, search)) found.set(run.run_id, run);
  }
  const forbidden = refusals.find(({ code }) => code === 'NOT_PERMITTED');
  // A stranger's number is no reason to stop, unless it is all that we have to go by.
  if (forbidden && found.size === 0) throw forbidden;
  return [...found.values()];
}

const MOST_IDS = 20;

/** `"run_id": 42` as the Jobs API prints it, or as JSON in a string does. */
function runIdsIn(output: string): readonly string[] {
  const ids = output.matchAll(/"run_id\\?"\s*:\s*"?(\d{1,19})\b/g);
  return [...new Set([...ids].flatMap(([, id]) => id ?? []))].slice(0, MOST_IDS);
}

/** The run of this id; of a task's id, which the API prints beside it, the run of the task. */
async function getWholeRun({ client, signal }: Place, id: string): Promise<DatabricksRun> {
  const run = await getRun(client, id, signal);
  const { job_run_id: whole = run.run_id } = run;
  return whole === run.run_id ? run : await getRun(client, whole, signal);
}

function isNoSuchRun(error: unknown): error is PermanentError {
  return (
    error instanceof PermanentError &&
    (error.code === 'NOT_FOUND' || error.code === 'NOT_PERMITTED' || error.code === 'REFUSED')
  );
}

function belongsTo(run: DatabricksRun, { key, intendedAtMs }: Search): boolean {
  const keys = keysOf(run);
  const isAnothers = keys.size > 0 && !keys.has(key);
  return !isAnothers && (run.start_time ?? 0) >= intendedAtMs - CLOCK_SKEW_MS;
}

async function observe(
  place: Place,
  run: DatabricksRun,
  foundBy: Observation['foundBy'],
): Promise<Observation> {
  return {
    system: 'databricks',
    id: run.run_id,
    name: run.run_name,
    url: run.run_page_url ?? pageOf(place.host, run),
    state: judgeDatabricksRun(run),
    actor: run.creator_user_name ?? null,
    commit: run.git_source?.git_snapshot?.used_commit ?? null,
    startedAtMs: run.start_time,
    endedAtMs: run.end_time,
    parts: await partsOf(place, run),
    foundBy,
  };
}

/** Source: databricks/cli `libs/workspaceurls` */
function pageOf(host: string, { run_id, job_id }: DatabricksRun): string {
  return new URL(job_id === undefined ? '/jobs' : `/jobs/${job_id}/runs/${run_id}`, host).href;
}

type Task = DatabricksRun['tasks'][number];

/** A get-output costs a call, and nobody reads the traces of a hundred tasks. */
const MOST_ERRORS = 5;

async function partsOf(place: Place, run: DatabricksRun): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let errors = 0;
  for (const task of latestAttempts(run.tasks)) {
    const state = judgeDatabricksTask(task);
    const hasFailed = state.kind === 'ended' && state.verdict === 'failed';
    const error = hasFailed && errors < MOST_ERRORS ? await errorOf(place, task) : null;
    if (error !== null) errors += 1;
    parts.push({ name: task.task_key, state, error });
  }
  return parts;
}

const LONGEST_TRACE = 2000; // characters

/** The line of the exception, and the beginning of its trace. */
async function errorOf({ client, signal }: Place, { run_id }: Task): Promise<string | null> {
  try {
    const { error, error_trace } = await getRunOutput(client, run_id, signal);
    const lines = [error, error_trace?.slice(0, LONGEST_TRACE)].filter(Boolean);
    return lines.length === 0 ? null : lines.join('\n');
  } catch (error) {
    // The verdict stands without it: outputs are kept for a while, and for readers with the right.
    if (error instanceof PermanentError) return null;
    throw error;
  }
}
