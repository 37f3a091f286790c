import { cloneRepository } from '../git.ts';
import { compare } from '../line.ts';
import { openObserver } from '../observer.ts';
import { openVendorApi } from '../vendor-api.ts';
import { waitFor } from '../wait-for.ts';
import type { Scene } from './scene.ts';
import { askForUnitTest } from './unit-test.ts';

const FIRST_CELL = '# COMMAND ----------\n';
const SLOW_CELL = `${FIRST_CELL}\nimport time\ntime.sleep(600)\n\n`;

/** Somebody stops the Databricks run in the middle. */
export const runCanceled: Scene = {
  summary: 'the Databricks run is canceled in the middle: canceled, never green',

  async play(stage, tell) {
    await stage.startService();
    const observer = openObserver(stage);
    const clone = await cloneRepository(stage);
    await clone.git('switch', '--quiet', '--create', 'dev-nick');
    clone.edit('notebooks/data_prep.py', (text) =>
      text.replace(FIRST_CELL, SLOW_CELL + FIRST_CELL),
    );
    await clone.push('dev-nick', 'Wait for the data [skip ci]');
    await askForUnitTest(stage, 'dev-nick');
    const running = await waitFor('a running Databricks run', async () =>
      (await observer.databricksRuns()).find(({ state }) => state.life_cycle_state === 'RUNNING'),
    );
    await openVendorApi(stage).databricks('jobs/runs/cancel', {
      body: { run_id: running.run_id },
    });
    const delivery = await observer.ended('unit-test-by-hand', '');
    const link = `${stage.serviceUrl}/#${delivery.id}`;
    tell(
      compare({
        step: 'verdict of the unit test',
        expected: 'canceled',
        seen: delivery.verdict ?? delivery.phase,
        link,
      }),
    );
    tell(
      compare({
        step: 'the Databricks run on the timeline',
        expected: 'canceled',
        seen: delivery.evidence[0]?.status ?? 'none',
        link,
      }),
    );
  },
};
