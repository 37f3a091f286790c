import assert from 'node:assert/strict';
import { test } from 'node:test';

import { atMost } from './at-most.ts';

test('no more than so many are under way, and all come to their turn, also after a failure', async () => {
  const turns = atMost(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());

  const all = Promise.allSettled(
    ends.map(({ promise }, number) =>
      turns(async () => {
        begun.push(number);
        await promise;
      }),
    ),
  );
  await Promise.resolve();
  assert.deepEqual(begun, [0, 1]);

  ends[1]?.reject(new Error('no'));
  for (const end of ends) end.resolve();
  const results = await all;

  assert.deepEqual(begun, [0, 1, 2, 3]);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
});
