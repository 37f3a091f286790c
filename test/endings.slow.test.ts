import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { names } from '../demo/wine-quality.ts';
import { openDatabricks } from '../src/clients/databricks/databricks-client.ts';
import { getRun } from '../src/clients/databricks/get-run.ts';
import { Secret } from '../src/lib/secret.ts';
import { judgeDatabricksRun } from '../src/model/judge-databricks-run.ts';

/** The endings of a Databricks run, and what we say of each: only one of them is green. */
const ENDINGS: readonly (readonly [string, string | null, string | undefined, string])[] = [
  ['TERMINATED', 'SUCCESS', 'SUCCESS', 'succeeded'],
  ['INTERNAL_ERROR', 'FAILED', 'RUN_EXECUTION_ERROR', 'failed'],
  ['TERMINATED', 'FAILED', 'RUN_EXECUTION_ERROR', 'failed'],
  ['TERMINATED', 'CANCELED', 'USER_CANCELED', 'canceled'],
  ['TERMINATED', 'TIMEDOUT', 'CANCELED', 'timed_out'],
  ['SKIPPED', null, 'SKIPPED', 'skipped'],
  ['SKIPPED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'MAX_CONCURRENT_RUNS_EXCEEDED', 'skipped'],
  ['TERMINATED', 'SUCCESS_WITH_FAILURES', 'SUCCESS_WITH_FAILURES', 'failed'],
  ['TERMINATED', 'UPSTREAM_FAILED', 'RUN_EXECUTION_ERROR', 'failed'],
  ['TERMINATED', 'UPSTREAM_CANCELED', 'CANCELED', 'canceled'],
  ['TERMINATED', 'EXCLUDED', 'SKIPPED', 'skipped'],
  ['TERMINATED', 'DISABLED', 'DISABLED', 'skipped'],
  ['INTERNAL_ERROR', null, 'INTERNAL_ERROR', 'failed'],
  ['INTERNAL_ERROR', 'FAILED', 'CLUSTER_ERROR', 'failed'],
  ['TERMINATED', 'SOMETHING_NEW', 'SOMETHING_NEW', 'failed'],
];

test('every ending of the truth table, forced from outside, is judged by its own state', async () => {
  await using stage = await openStage();
  const vendor = openVendorApi(stage);
  const client = openDatabricks({
    host: `https://${names.workspace}`,
    identity: { token: async () => new Secret(stage.credentials.nickDatabricks) },
    fetch: globalThis.fetch,
  });
  const { signal } = new AbortController();

  const judged = await Promise.all(
    ENDINGS.map(async ([lifeCycle, result, code], index) => {
      const run = `ending-${index}`;
      await forceEnding(stage, {
        id: run,
        run,
        do: { kind: 'run-ending', life_cycle_state: lifeCycle, result_state: result, code },
      });
      const submitted = await vendor.databricks('jobs/runs/submit', { body: submission(run) });
      const { run_id: id } = z.object({ run_id: z.number() }).parse(submitted);
      return await waitFor(`the end of ${run}`, async () => {
        const seen = await getRun(client, String(id), signal);
        const state = judgeDatabricksRun(seen);
        return state.kind === 'ended' ? state.verdict : null;
      });
    }),
  );

  assert.deepEqual(
    judged.map((verdict, index) => [...(ENDINGS[index] ?? []).slice(0, 3), verdict]),
    ENDINGS,
  );
});

function submission(name: string) {
  return {
    run_name: name,
    tasks: [
      { task_key: 'main', notebook_task: { notebook_path: '/nowhere', source: 'WORKSPACE' } },
    ],
  };
}

async function forceEnding({ sandbox, credentials }: Stage, rule: unknown): Promise<void> {
  const response = await fetch(`${sandbox.admin}/_sandbox/faults`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.sandboxAdmin}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(rule),
  });
  assert.ok(response.ok, await response.text());
}
