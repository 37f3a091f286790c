import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TransientError } from '../lib/errors.ts';
import { type Member, openGroupCommit } from './group-commit.ts';
import { play } from './statement.ts';

test('writes of one turn become one transaction, what comes meanwhile the next', async () => {
  const { group, commits } = openGroup();

  const first = [group.write(of('a')), group.write(of('b'))];
  const results = await Promise.all(first);
  await Promise.all([group.write(of('c')), group.write(of('d')), group.write(of('e'))]);

  assert.deepEqual(results, ['a', 'b']);
  assert.deepEqual(commits, [2, 3]);
});

test('a transaction takes no more than it may', async () => {
  const { group, commits } = openGroup({ perTransaction: 2, waiting: 10, bytes: 100_000 });

  await Promise.all(['a', 'b', 'c'].map((name) => group.write(of(name))));

  assert.deepEqual(commits, [2, 1]);
});

test('one that fails is alone in it, and the others are written', async () => {
  const { group } = openGroup();
  const failing = {
    script: () => {
      throw new RangeError('no');
    },
  };

  const results = await Promise.allSettled([
    group.write(of('a')),
    group.write(failing),
    group.write(of('c')),
  ]);

  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('where the database fails, nobody is told that anything was written', async () => {
  const down = new TransientError('STORE_UNAVAILABLE', 'the disk is full');
  const group = openGroupCommit({
    commit: () => Promise.reject(down),
    isOfOne: (error) => !(error instanceof TransientError),
    inFlight: 1,
  });

  const results = await Promise.allSettled([group.write(of('a')), group.write(of('b'))]);

  assert.deepEqual(
    results.map((result) => result.status === 'rejected' && result.reason === down),
    [true, true],
  );
});

test('beyond what may wait, by number or by size, a write is turned away at once', async () => {
  const { group } = openGroup({ perTransaction: 10, waiting: 2, bytes: 100_000 });
  const few = [group.write(of('a')), group.write(of('b'))];
  assert.ok(group.isFull());
  await assert.rejects(group.write(of('c')), { code: 'BUSY', retryAfterMs: 1000 });
  await Promise.all(few);
  assert.ok(!group.isFull());

  const big = group.write({ ...of('d'), bytes: 100_000 });
  assert.ok(group.isFull());
  await big;
  assert.ok(!group.isFull());
});

function openGroup(most = { perTransaction: 256, waiting: 1000, bytes: 1_000_000 }) {
  const commits: number[] = [];
  const group = openGroupCommit({
    async commit(members: readonly Member[]) {
      for (const member of members) play(member.play(), () => []);
      commits.push(members.length);
    },
    isOfOne: () => true,
    inFlight: 1,
    most,
  });
  return { group, commits };
}

function of(result: string) {
  return {
    // oxlint-disable-next-line require-yield -- it asks for nothing
    *script() {
      return result;
    },
  };
}
