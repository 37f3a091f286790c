import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { after } from '../lib/after.ts';
import { openLog } from '../lib/log.ts';
import { noLimits } from '../model/terms.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { testDelivery, testEvent } from '../store/test-deliveries.ts';
import { inHand } from './in-hand.ts';

test('what takes longer than a lease stays in our hands, as long as we are heard of', async (t) => {
  const hands = await openHands(t, { leaseMs: 1000 });
  const [delivery] = await hands.claim('a');
  assert(delivery);

  await inHand(hands.keeper, [{ delivery }], async () => {
    await hands.beats(4);
    assert.deepEqual(await hands.claim('b'), []);
  });
});

test('what another has taken over is dropped, and what fails is given back', async (t) => {
  const hands = await openHands(t, { leaseMs: 60_000 });
  const [delivery] = await hands.claim('a');
  assert(delivery);
  const failing = inHand(hands.keeper, [{ delivery }], () => Promise.reject(new RangeError('no')));
  await assert.rejects(failing, RangeError);

  const [taken] = await hands.claim('b');
  assert.equal(taken?.id, delivery.id);
  await inHand(hands.keeper, [{ delivery }], async () => {
    await hands.keeper.store.save({ ...delivery, phase: 'running' }, { atMs: 1 });
  });

  assert.equal((await hands.keeper.store.delivery(delivery.id))?.phase, 'starting');
});

/** A store with one delivery, and what counts the heartbeats. */
async function openHands(t: TestContext, { leaseMs }: { readonly leaseMs: number }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-hands-'));
  const opened = openSqlite(path.join(folder, 'signalbox.db'), Date.now);
  t.after(async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  });
  await opened.addEvent(testEvent(1), [testDelivery(1)]);
  let beats = 0;
  let onBeat: (() => void) | null = null;
  const store: Store = {
    ...opened,
    async extend(held, forMs) {
      const still = await opened.extend(held, forMs);
      beats += 1;
      onBeat?.();
      return still;
    },
  };
  return {
    keeper: { store, settings: { ...settings, leaseMs }, after, log: openLog('silent') },
    async claim(owner: string) {
      const targets = [{ name: 'devops', room: 1, limits: noLimits }];
      const { toStart, toLookFor } = await opened.claimToStart({
        owner,
        leaseMs,
        // To be looked for at once, where nobody holds it.
        settleMs: -leaseMs - 1,
        targets,
        heard: [],
        chance: 1,
      });
      return [...toStart, ...toLookFor];
    },
    beats: (wanted: number) =>
      new Promise<void>((resolve) => {
        onBeat = () => {
          if (beats >= wanted) resolve();
        };
      }),
  };
}

const settings = {
  settleMs: 0,
  pollMs: 0,
  longestPollMs: 0,
  proofWaitMs: 0,
  lostAfterMs: 0,
  callMs: 0,
  backoff: { firstMs: 1, longestMs: 1 },
  concurrency: 1,
};
