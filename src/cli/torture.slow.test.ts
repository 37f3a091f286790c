import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

const MAIN = path.join(import.meta.dirname, '../main.ts');

test('without a C compiler torture says what it has not run, and is not green', async (t) => {
  const { exitCode, reports, left } = await torture(t, ['--seconds=1'], { CC: '/nowhere/cc' });

  assert.deepEqual(
    reports.map(({ suite, kind }) => [suite, kind]),
    [
      ['power', 'not_run'],
      ['disk', 'not_run'],
      ['kill', 'ran'],
    ],
  );
  assert.match(reports[0]?.because ?? '', /no C compiler|needs Linux/);
  assert.equal(reports[2]?.lost, 0);
  assert.equal(exitCode, 8);
  assert.deepEqual(left, []);
});

const Reports = z.array(
  z.object({
    kind: z.enum(['ran', 'not_run']),
    suite: z.string(),
    lost: z.number().optional(),
    because: z.string().optional(),
  }),
);

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
  return { exitCode: await exit, reports: Reports.parse(read), left: readdirSync(folder) };
}
