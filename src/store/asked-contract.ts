import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NextAttempt } from '../model/plan-replay.ts';
import type { CancelRequest } from './asking.ts';
import { type OpenStore, startsOf } from './contract.ts';
import { type Claim, LeaseLost, type NewDelivery, type Store } from './store.ts';
import { testDelivery, testEvent } from './test-deliveries.ts';

/** What every store must do for people who list, replay, cancel and dismiss: run once for each. */
export function askedContract(name: string, open: OpenStore): void {
  test(`${name}: of all who replay the attempt they saw, one does, and what was is kept`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'dead', verdict: 'failed', reason: 'no such pipeline' });

    const done = await Promise.all(
      ['nick', 'ann', 'bob'].map((by) =>
        store.startAgain('dlv_1', nextAttempt, { reason: `replayed by ${by}`, atMs: 5000 }),
      ),
    );

    assert.equal(done.filter(Boolean).length, 1);
    const delivery = await store.delivery('dlv_1');
    assert.deepEqual(
      [delivery?.phase, delivery?.attempt, delivery?.key, delivery?.verdict, delivery?.request],
      ['pending', 2, 'key-of-2', null, { pipeline: 5 }],
    );
    assert.deepEqual(await store.earlierAttempts(['dlv_1']), [
      {
        delivery: 'dlv_1',
        attempt: 1,
        key: 'key-1',
        target: 'devops',
        request: { pipeline: 4 },
        run: null,
        verdict: 'failed',
        reason: 'no such pipeline',
        endedAtMs: 1000,
      },
    ]);
    assert.equal((await store.transitionsOf(['dlv_1'])).length, 2);
    assert.equal((await startsOf(store, claim)).length, 1);
  });

  test(`${name}: what is under way is not replayed`, async (t) => {
    const store = await open(t);
    await fill(store, 1, {});

    const done = await store.startAgain('dlv_1', nextAttempt, { reason: 'replayed', atMs: 5000 });

    assert.equal(done, false);
    assert.deepEqual(await store.earlierAttempts(['dlv_1']), []);
  });

  test(`${name}: a replay takes the delivery from whoever was writing its reports`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'dead', verdict: 'failed', reports: ['tags'] });
    const [due] = await store.claimReports(claim);
    assert(due);

    await store.startAgain('dlv_1', nextAttempt, { reason: 'replayed', atMs: 5000 });

    const [tags] = due.reports;
    assert(tags);
    await assert.rejects(store.saveReport(due.delivery, { ...tags, state: 'done' }), LeaseLost);
    assert.deepEqual(await store.claimReports(claim), []);
  });

  test(`${name}: what waits is canceled, started by nobody, and written back`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { reports: ['tags'] });

    const answer = await store.askToCancel(cancelOf('dlv_1'));

    assert.deepEqual(answer, { kind: 'canceled', event: 'evt_1' });
    assert.deepEqual(await startsOf(store, claim), []);
    const delivery = await store.delivery('dlv_1');
    assert.deepEqual(
      [delivery?.phase, delivery?.verdict, delivery?.reason, delivery?.cancel?.by],
      ['ended', 'canceled', 'canceled by nick', 'nick'],
    );
    assert.equal((await store.claimReports(claim)).length, 1);
  });

  test(`${name}: a start that is under way keeps its hands, and is to be canceled once it runs`, async (t) => {
    const store = await open(t);
    await fill(store, 1, {});
    const [held] = await startsOf(store, claim);
    assert(held);

    assert.deepEqual(await store.askToCancel(cancelOf('dlv_1')), { kind: 'asked', event: 'evt_1' });
    assert.deepEqual(await store.claimToCancel(claim), []);
    await store.save({ ...held, phase: 'running' }, { atMs: 2 });

    const [due] = await store.claimToCancel(claim);
    assert.deepEqual([due?.id, due?.cancel?.why], ['dlv_1', 'wrong model']);
    assert(due);
    await store.saveCancel(due, { againAtMs: null, say: 'asked devops to cancel it', atMs: 3 });
    assert.deepEqual(await store.claimToCancel(claim), []);
    assert.equal(
      (await store.transitionsOf(['dlv_1'])).at(-1)?.reason,
      'asked devops to cancel it',
    );
  });

  test(`${name}: whoever looks for an uncertain run loses it, and must look again`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'uncertain' });
    const [held] = await startsOf(store, claim);
    assert(held);

    await store.askToCancel(cancelOf('dlv_1'));

    await assert.rejects(store.save({ ...held, phase: 'starting' }, { atMs: 1 }), LeaseLost);
    const [again] = await startsOf(store, claim);
    assert.equal(again?.cancel?.by, 'nick');
  });

  test(`${name}: what is over, or at another attempt, is not canceled`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'reported', verdict: 'succeeded' });
    await fill(store, 2, {});

    assert.deepEqual(await store.askToCancel(cancelOf('dlv_1')), { kind: 'over' });
    assert.deepEqual(await store.askToCancel({ ...cancelOf('dlv_2'), attempt: 2 }), {
      kind: 'over',
    });
    assert.deepEqual(await store.askToCancel(cancelOf('dlv_3')), { kind: 'unknown' });
  });

  test(`${name}: a dead letter is put aside once, and comes back with a replay`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'dead', verdict: 'failed' });
    const wish = { by: 'nick', why: 'not wanted', atMs: 4000 };
    assert.equal(await store.countDead(), 1);

    const dismissed = { id: 'dlv_1', wish, reason: 'dismissed by nick' };
    assert.deepEqual(
      [await store.dismiss(dismissed), await store.dismiss(dismissed)],
      [true, false],
    );

    assert.equal(await store.countDead(), 0);
    assert.deepEqual((await store.delivery('dlv_1'))?.dismissed, wish);
    assert.equal((await store.delivery('dlv_1'))?.phase, 'dead');
    await store.startAgain('dlv_1', nextAttempt, { reason: 'replayed', atMs: 5000 });
    assert.equal((await store.delivery('dlv_1'))?.dismissed, null);
  });

  test(`${name}: of two runs that claim one key the first has it, and the other hears which`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'uncertain', key: 'k' });
    const claimed = async (run: string) => await store.claimKey({ key: 'k', run, atMs: 4000 });

    const both = await Promise.all([claimed('41'), claimed('42')]);

    const won = { kind: 'won', delivery: 'dlv_1', attempt: 1, event: 'evt_1' };
    assert.deepEqual(both, [won, { kind: 'lost', run: '41' }]);
    assert.deepEqual(await claimed('41'), won, 'asking again is the same claim');
    assert.equal(await store.claimantOf('k'), '41');
    assert.equal((await store.transitionsOf(['dlv_1'])).length, 2);
  });

  test(`${name}: a claim takes the delivery from whoever was starting its run`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { key: 'k' });
    const [held] = await startsOf(store, claim);
    assert(held);

    await store.claimKey({ key: 'k', run: '41', atMs: 4000 });

    await assert.rejects(store.save({ ...held, phase: 'running' }, { atMs: 1 }), LeaseLost);
    assert.equal((await startsOf(store, claim)).length, 1);
  });

  test(`${name}: the run that is followed already has the key, whoever claims it`, async (t) => {
    const store = await open(t);
    const run = { id: '41', place: {}, url: 'https://target.example/41' };
    await fill(store, 1, { phase: 'running', key: 'k', run });

    assert.deepEqual(await store.claimKey({ key: 'k', run: '42', atMs: 4000 }), {
      kind: 'lost',
      run: '41',
    });
    assert.equal((await store.claimKey({ key: 'k', run: '41', atMs: 4000 })).kind, 'won');
  });

  test(`${name}: nobody has a key that is not under way, and a replay makes a claim void`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'running', key: 'k' });
    await fill(store, 2, { phase: 'waiting', key: 'put-off' });
    const claimed = async (key: string) => {
      const { kind } = await store.claimKey({ key, run: '41', atMs: 4000 });
      return kind;
    };
    assert.deepEqual(
      [await claimed('k'), await claimed('put-off'), await claimed('of nobody')],
      ['won', 'over', 'over'],
    );

    const delivery = await store.delivery('dlv_1');
    assert(delivery);
    await store.save({ ...delivery, phase: 'ended', verdict: 'failed' }, { atMs: 5000 });
    assert.equal(await claimed('k'), 'won', 'a step that is run again');
    await store.startAgain('dlv_1', nextAttempt, { reason: 'replayed', atMs: 6000 });

    assert.equal(await claimed('k'), 'over');
    await store.dropKey({ key: 'k', run: '41' });
    assert.equal(await store.claimantOf('k'), null);
  });

  test(`${name}: deliveries are listed newest first, page by page, and only those looked for`, async (t) => {
    const store = await open(t);
    await fill(store, 1, { phase: 'dead', verdict: 'refused' });
    await fill(store, 2, { target: 'other' });
    await fill(store, 3, { phase: 'dead', verdict: 'failed', createdAtMs: 3000 });
    const ids = async (...args: Parameters<Store['listed']>) => {
      const { deliveries, next } = await store.listed(...args);
      return { ids: deliveries.map(({ id }) => id), next };
    };

    assert.deepEqual(await ids({}, { limit: 2 }), { ids: ['dlv_3', 'dlv_2'], next: 'dlv_2' });
    assert.deepEqual(await ids({}, { limit: 2, before: 'dlv_2' }), { ids: ['dlv_1'], next: null });
    const page = { limit: 10 };
    assert.deepEqual((await ids({ isDead: true }, page)).ids, ['dlv_3', 'dlv_1']);
    assert.deepEqual((await ids({ isDead: true, verdict: 'refused' }, page)).ids, ['dlv_1']);
    assert.deepEqual((await ids({ target: 'other' }, page)).ids, ['dlv_2']);
    assert.deepEqual((await ids({ model: 'wine', phase: 'pending' }, page)).ids, ['dlv_2']);
    assert.deepEqual((await ids({ model: 'beer' }, page)).ids, []);
    assert.deepEqual(await ids({ sinceMs: 2000 }, page), { ids: ['dlv_3'], next: null });
  });

  test(`${name}: events are listed from where the page before has ended`, async (t) => {
    const store = await open(t);
    for (const number of [1, 2, 3]) await fill(store, number, {});

    const first = await store.events(2);
    const rest = await store.events(2, first.at(-1)?.id);

    assert.deepEqual(
      [...first, ...rest].map(({ id }) => id),
      ['evt_3', 'evt_2', 'evt_1'],
    );
  });
}

async function fill(store: Store, number: number, other: Partial<NewDelivery>): Promise<void> {
  const event = testEvent(number, { occurredAtMs: 1000 + number });
  await store.addEvent(event, [testDelivery(number, other)]);
}

const claim: Claim = { owner: 'a', leaseMs: 60_000, limit: 10 };

const nextAttempt: NextAttempt = {
  attempt: 2,
  key: 'key-of-2',
  target: 'devops',
  request: { pipeline: 5 },
  oneAtATime: null,
  whenBusy: 'queue',
  requirement: null,
  reports: ['tags'],
};

function cancelOf(id: string): CancelRequest {
  return {
    id,
    attempt: null,
    wish: { by: 'nick', why: 'wrong model', atMs: 4000 },
    reasons: { ended: 'canceled by nick', wished: 'to be canceled, says nick' },
  };
}
