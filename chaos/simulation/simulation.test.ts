import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openStage } from './play.ts';
import { alarmLine, simulate, summaryOf } from './simulate.ts';

test('whatever fails, nothing is forgotten, started twice, or greener than it was', async (t) => {
  const simulated = await simulate({ from: 1, seeds: 400, jobs: 2 });

  t.diagnostic(summaryOf(simulated));
  assert.deepEqual(simulated.alarms.map(alarmLine), []);
  const unseen = [...simulated.hits].filter(([, count]) => count === 0);
  assert.deepEqual(unseen, [], 'these never struck: nothing is proven of them');
});

test('a seed is the same history to the letter, whatever was played before', async () => {
  const stage = openStage(new Map());
  const first = [];
  for (let seed = 1; seed <= 20; seed += 1) first.push(await stage.play(seed));
  const again = [];
  for (let seed = 20; seed >= 1; seed -= 1) again.push(await stage.play(seed));

  assert.deepEqual(
    again.toReversed().map(({ digest }) => digest),
    first.map(({ digest }) => digest),
  );
  const { lines, digest } = await stage.play(7, { isTraced: true });
  assert.equal(digest, first[6]?.digest);
  assert.match(lines[0] ?? '', /^ +\d+ ms {2}a1 /);
});
