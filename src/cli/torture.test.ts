import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

const MAIN = path.join(import.meta.dirname, '../main.ts');

test('torture prints the ledger of each part, with its seed, and leaves nothing behind', async (t) => {
  const { exitCode, reports, left } = await torture(t, ['--seconds=2', '--seed=7'], {});

  assert.deepEqual(
    reports.map(({ suite }) => suite),
    ['power', 'disk', 'kill'],
  );
  for (const report of reports) {
    if (report.kind !== 'ran') continue;
    assert.equal(report.seed, '7');
    assert.ok((report.tried ?? 0) > 0, `${report.suite} tried nothing`);
    // What failing disks do to a store is asserted where they fail, in chaos/disk.
    if (report.suite !== 'disk') assert.deepEqual(report.first, []);
  }
  assert.equal(exitCode, exitCodeFor(reports));
  assert.deepEqual(left, []);
});

test('without a C compiler torture says what it has not run, and is not green', async (t) => {
  const { exitCode, reports } = await torture(t, ['--seconds=1'], { CC: '/nowhere/cc' });

  assert.deepEqual(
    reports.map(({ suite, kind }) => [suite, kind]),
    [
      ['power', 'not_run'],
      ['disk', 'not_run'],
      ['kill', 'ran'],
    ],
  );
  assert.match(reports[0]?.because ?? '', /no C compiler|needs Linux/);
  assert.equal(exitCode, 8);
});

const Reports = z.array(
  z.object({
    kind: z.enum(['ran', 'not_run']),
    suite: z.string(),
    seed: z.string().optional(),
    tried: z.number().optional(),
    wrongs: z.number().optional(),
    first: z.array(z.string()).optional(),
    because: z.string().optional(),
  }),
);

function exitCodeFor(reports: z.infer<typeof Reports>): number {
  if (reports.some(({ wrongs = 0 }) => wrongs > 0)) return 1;
  return reports.some(({ kind }) => kind === 'not_run') ? 8 : 0;
}

async function torture(
  t: TestContext,
  options: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-torture-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const child = spawn(
    process.execPath,
    [MAIN, 'torture', `--data=${folder}`, '--output=json', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const read: unknown = said === '' ? assert.fail(complained) : JSON.parse(said);
  const reports = Reports.parse(read);
  return { exitCode: await exit, reports, left: readdirSync(folder) };
}
