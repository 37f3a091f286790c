import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DatabricksRun } from '../clients/databricks/run.ts';
import { openRunsByKey } from './runs-by-key.ts';

const { signal } = new AbortController();

test('the list is read once, and from then on only what is new in it', async () => {
  const workspace = openWorkspace();
  workspace.start(1, 60_000);
  workspace.start(2, 10 * 60_000);
  const { find } = workspace.byKey;

  assert.deepEqual(await find({ key: keyOf(1), fromMs: 0 }, signal), ['1']);
  workspace.start(3, 11 * 60_000);
  assert.deepEqual(await find({ key: keyOf(3), fromMs: 0 }, signal), ['3']);
  assert.deepEqual(await find({ key: keyOf(1), fromMs: 0 }, signal), ['1'], 'known still');

  assert.deepEqual(workspace.read, [
    [0, null],
    [8 * 60_000, null],
    [9 * 60_000, null],
  ]);
});

test('who asks for what is older has that read, and no more', async () => {
  const workspace = openWorkspace();
  workspace.start(1, 1000);
  workspace.start(2, 900_000);
  const { find } = workspace.byKey;
  await find({ key: keyOf(2), fromMs: 600_000 }, signal);

  assert.deepEqual(await find({ key: keyOf(1), fromMs: 500 }, signal), ['1']);
  assert.deepEqual(workspace.read.slice(1), [
    [780_000, null],
    [500, 600_000],
  ]);
});

test('many who ask at once share one reading, which begins after they have asked', async () => {
  const workspace = openWorkspace();
  const { find } = workspace.byKey;
  const early = find({ key: keyOf(1), fromMs: 0 }, signal);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(workspace.read.length, 1);
  workspace.start(1, 1000);
  const late = Array.from({ length: 50 }, () => find({ key: keyOf(1), fromMs: 0 }, signal));

  assert.deepEqual(await early, []);
  assert.deepEqual(
    await Promise.all(late),
    late.map(() => ['1']),
  );
  assert.equal(workspace.read.length, 2);
});

test('what was read before the list broke off is not read again', async () => {
  const workspace = openWorkspace();
  for (let run = 1; run <= 5; run += 1) workspace.start(run, run * 600_000);
  workspace.breaksAfterPages = 2;
  const { find } = workspace.byKey;
  await assert.rejects(find({ key: keyOf(1), fromMs: 0 }, signal), /broken off/);
  workspace.breaksAfterPages = Number.POSITIVE_INFINITY;

  assert.deepEqual(await find({ key: keyOf(1), fromMs: 0 }, signal), ['1']);
  assert.deepEqual(workspace.read.at(-1), [0, 4 * 600_000]);
});

test('a reading that broke off in what is new is made again as a whole', async () => {
  const workspace = openWorkspace();
  workspace.start(1, 600_000);
  const { find } = workspace.byKey;
  await find({ key: keyOf(1), fromMs: 0 }, signal);
  for (let run = 2; run <= 4; run += 1) workspace.start(run, run * 600_000);
  workspace.breaksAfterPages = 1;
  await assert.rejects(find({ key: keyOf(2), fromMs: 0 }, signal), /broken off/);
  workspace.breaksAfterPages = Number.POSITIVE_INFINITY;

  assert.deepEqual(await find({ key: keyOf(2), fromMs: 0 }, signal), ['2']);
});

test('a run without a time to start makes nothing known that is not', async () => {
  const workspace = openWorkspace();
  workspace.start(1, 0);
  workspace.start(2, 900_000);
  const { find } = workspace.byKey;
  await find({ key: keyOf(2), fromMs: 600_000 }, signal);
  await find({ key: keyOf(2), fromMs: 500 }, signal);

  assert.deepEqual(workspace.read.at(-1), [500, 600_000]);
});

test('memory is bounded: beyond so many keys it begins anew', async () => {
  const workspace = openWorkspace(3);
  for (let run = 1; run <= 5; run += 1) workspace.start(run, run * 1000);
  const { find } = workspace.byKey;
  await find({ key: keyOf(1), fromMs: 0 }, signal);

  assert.deepEqual(await find({ key: keyOf(5), fromMs: 4500 }, signal), ['5']);
  assert.deepEqual(workspace.read.at(-1), [4500, null]);
});

/** A workspace's list of runs, one to a page. */
function openWorkspace(mostKeys?: number) {
  const runs: DatabricksRun[] = [];
  const read: (readonly [number, number | null])[] = [];
  const workspace = {
    read,
    breaksAfterPages: Number.POSITIVE_INFINITY,
    start(id: number, start_time: number): void {
      const notebook_params = { signalbox_key: keyOf(id) };
      const overriding_parameters = { notebook_params };
      runs.unshift(DatabricksRun.parse({ run_id: id, start_time, overriding_parameters }));
    },
    byKey: openRunsByKey(async function* list({ fromMs, toMs }) {
      workspace.read.push([fromMs, toMs]);
      const listed = runs.filter(({ start_time: at }) => {
        const ms = at ?? fromMs;
        return ms >= fromMs && ms <= (toMs ?? Number.POSITIVE_INFINITY);
      });
      for (const [page, run] of listed.entries()) {
        if (page >= workspace.breaksAfterPages) throw new Error('broken off');
        yield [run];
      }
    }, mostKeys),
  };
  return workspace;
}

function keyOf(run: number): string {
  return ('abcdefgh'[run] ?? 'z').repeat(52);
}
