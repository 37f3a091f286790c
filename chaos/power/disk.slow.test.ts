import assert from 'node:assert/strict';
import { test } from 'node:test';

import { random } from '../random.ts';
import { type Disk, openDisk } from './disk.ts';
import type { Operation } from './recording.ts';

const CUTS = 400;

test('what was synced is there after every cut, in a folder that was synced', () => {
  const disk = played([...created('a'), write(0, 'old'.repeat(400)), SYNC, write(0, 'new')]);

  for (const file of cuts(disk)) {
    assert.equal(file?.subarray(3).toString(), 'old'.repeat(400).slice(3));
  }
});

test('what was not synced is there, or not, or in part, by whole sectors', () => {
  const disk = played([
    ...created('a'),
    write(0, 'o'.repeat(2048)),
    SYNC,
    write(0, 'n'.repeat(2048)),
  ]);

  const seen = new Set(cuts(disk).map((file) => sectors(file)));

  assert.ok(seen.has('oooo') && seen.has('nnnn'), 'none and all');
  assert.ok(seen.has('nnoo') && seen.has('oonn'), 'torn, and not in order');
  for (const file of seen) assert.match(file, /^[on]{4}$/, 'never within a sector');
});

test('a later write may be there without an earlier one', () => {
  const disk = played([...created('a'), write(0, '..'), SYNC, write(0, '1'), write(512, '2')]);

  assert.ok(cuts(disk).some((file) => file?.[0] === 46 && file[512] === 50));
});

test('a file whose folder was not synced may be gone, whatever was synced in it', () => {
  const disk = played([{ kind: 'create', name: 'a', file: '1' }, write(0, 'x'), SYNC]);

  const found = cuts(disk);

  assert.ok(found.includes(undefined) && found.some((file) => file?.toString() === 'x'));
});

test('a removed file may come back until its folder is synced', () => {
  const removed: Operation = { kind: 'unlink', name: 'a' };
  const disk = played([...created('a'), write(0, 'x'), SYNC, removed]);
  const synced = played([...created('a'), write(0, 'x'), SYNC, removed, SYNC_FOLDER]);

  assert.ok(cuts(disk).some((file) => file?.toString() === 'x'));
  assert.deepEqual([...new Set(cuts(synced))], [undefined]);
});

test('what a failed sync was to write is not brought by a later one', () => {
  const files = Array.from({ length: 50 }, (_, seed) => {
    const failing: Operation = { kind: 'failed_sync', file: '1' };
    const disk = played([...created('a'), write(0, 'x'), failing, SYNC], String(seed));
    return cuts(disk, 1)[0]?.toString();
  });

  assert.deepEqual(new Set(files), new Set(['', 'x']));
});

test('the same seed brings the same cuts', () => {
  const operations = [...created('a'), write(0, 'o'.repeat(4096)), write(512, 'n'.repeat(4096))];

  assert.deepEqual(cuts(played(operations)), cuts(played(operations)));
});

const SYNC: Operation = { kind: 'sync', file: '1' };
const SYNC_FOLDER: Operation = { kind: 'sync_folder' };

function created(name: string): readonly Operation[] {
  return [{ kind: 'create', name, file: '1' }, SYNC_FOLDER];
}

function write(offset: number, text: string): Operation {
  return { kind: 'write', file: '1', offset, data: Buffer.from(text) };
}

function played(operations: readonly Operation[], seed = 'test'): Disk {
  const disk = openDisk(seed);
  for (const operation of operations) disk.play(operation);
  return disk;
}

/** The file as it is after each of many cuts at this moment. */
function cuts(disk: Disk, count = CUTS): readonly (Buffer | undefined)[] {
  return Array.from({ length: count }, (_, number) =>
    disk.afterCut(random('test', number)).get('a'),
  );
}

/** One letter for a sector that is of one kind, a sign for any other. */
function sectors(file: Buffer | undefined): string {
  const text = file?.toString() ?? '';
  return (text.match(/.{1,512}/g) ?? [])
    .map((sector) => (/^(.)\1*$/.test(sector) ? sector[0] : '?'))
    .join('');
}
