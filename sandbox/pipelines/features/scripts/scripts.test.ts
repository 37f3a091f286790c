import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { until } from '../../../azure-devops/open-for-test.ts';
import { openFeature } from '../run-feature.ts';

test('scripts run as the tasks run them', async () => {
  process.env['SANDBOX_TEST_SECRET'] = 'ours';
  await using azure = await openFeature(import.meta.dirname, {
    childEnvironment: () => ({ HTTPS_PROXY: 'http://127.0.0.1:1' }),
  });

  const run = await azure.ended(await azure.start());

  assert.match(run.log('No -e'), /\nwent on in data\n/);
  assert.equal(run.results['No -e'], 'succeeded');
  assert.match(run.log('A file'), /\nran with\n/);
  assert.match(run.log('A task'), /Script contents:\necho "\$WHO"\n[^]*\na task\n/);
  assert.match(run.log('Both outputs'), /out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n/);
  assert.match(run.log('Strict'), /Bash wrote one or more lines to the standard error stream\./);
  assert.match(run.log('Nowhere'), /Not found workingDirectory: .*nowhere/);
  const environment = run.log('Environment');
  assert.match(environment, /nothing of the sandbox\n/);
  assert.match(environment, /a home of its own\nproxy http:\/\/127\.0\.0\.1:1\n/);
  assert.match(
    run.log('Again and again'),
    /will retry \(attempt #: 1 out of 1\)[^]*exited with code '1'/,
  );
});

test('what a step leaves running lives until its job ends', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  const pid = /it still runs: (\d+)\n/.exec(run.log('Look for it'))?.[1];
  assert(pid !== undefined);
  await until(async () => ((await isRunning(pid)) ? null : true));
});

/** Whether a process is more than an entry that nobody has collected yet. */
async function isRunning(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}
