import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { names } from '../demo/wine-quality.ts';
import { openDatabricks } from '../src/clients/databricks/databricks-client.ts';
import { getRun } from '../src/clients/databricks/get-run.ts';
import type { DatabricksRun } from '../src/clients/databricks/run.ts';
import { Secret } from '../src/lib/secret.ts';
import { everyEnding } from '../src/model/endings-for-test.ts';
import { judgeDatabricksRun } from '../src/model/judge-databricks-run.ts';

/** How many runs are under way at a time. */
const AT_ONCE = 8;

test('every ending that the API can give, forced from outside, is judged by its own state', async (t) => {
  await using stage = await openStage();
  const vendor = openVendorApi(stage);
  const client = openDatabricks({
    host: `https://${names.workspace}`,
    identity: { token: async () => new Secret(stage.credentials.nickDatabricks) },
    fetch: globalThis.fetch,
  });
  const { signal } = new AbortController();
  const endings = everyEnding();
  const left = endings.entries();
  const judged = new Map<number, unknown>();

  // They take from one and the same iterator.
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, { lifeCycle, result, code }] of left) {
        const run = `ending-${index}`;
        await forceEnding(stage, {
          id: run,
          run,
          do: { kind: 'run-ending', life_cycle_state: lifeCycle, result_state: result, code },
        });
        const submitted = await vendor.databricks('jobs/runs/submit', { body: submission(run) });
        const { run_id: id } = z.object({ run_id: z.number() }).parse(submitted);
        const seen = await waitFor(`the end of ${run}`, async () => {
          const found = await getRun(client, String(id), signal);
          return judgeDatabricksRun(found).kind === 'ended' ? found : null;
        });
        judged.set(index, wordsOf(seen));
      }
    }),
  );

  assert.deepEqual(
    endings.map((_, index) => judged.get(index)),
    endings,
  );
  const green = endings.filter(({ verdict }) => verdict === 'succeeded');
  t.diagnostic(`${judged.size} endings were judged, and ${green.length} of them are green`);
});

/** What the answer held, and what we say of it. */
function wordsOf(run: DatabricksRun): unknown {
  const state = judgeDatabricksRun(run);
  return {
    lifeCycle: run.state?.life_cycle_state,
    result: run.state?.result_state ?? null,
    code: run.status?.termination_details?.code ?? null,
    verdict: state.kind === 'ended' ? state.verdict : null,
  };
}

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
