import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import type { Event } from '../model/event.ts';
import { noLimits } from '../model/terms.ts';
import { type Claim, LeaseLost, type Store, type StoredDelivery } from './store.ts';
import { testDelivery, testEvent } from './test-deliveries.ts';

/** Opens an empty store that is closed and removed with the test. */
export type OpenStore = (t: TestContext) => Promise<Store>;

/** What every store must do, whatever the database: run once against each. */
export function storeContract(name: string, open: OpenStore): void {
  test(`${name}: an event is stored with its deliveries, and told twice it is stored once`, async (t) => {
    const store = await open(t);

    const first = await store.addEvent(event(1), [testDelivery(1)]);
    const again = await store.addEvent({ ...event(1), id: 'evt_other' }, [testDelivery(2)]);

    assert.deepEqual(first, { kind: 'new', id: 'evt_1' });
    assert.deepEqual(again, { kind: 'duplicate', id: 'evt_1' });
    assert.deepEqual(await store.events(10), [event(1)]);
    assert.deepEqual(await store.deliveriesOf(['evt_1']), [
      { ...testDelivery(1), event: 'evt_1', epoch: 0, ...unasked },
    ]);
    assert.deepEqual(await store.transitionsOf(['dlv_1']), [
      { delivery: 'dlv_1', atMs: 1000, phase: 'pending', reason: 'rule release matched' },
    ]);
  });

  test(`${name}: a late webhook tells again what the comparison has found`, async (t) => {
    const store = await open(t);
    await store.addEvent({ ...event(1), recovered: true, receivedAtMs: 9000 }, []);

    const late = await store.addEvent(
      { ...event(2), occurredAtMs: 990, fields: event(1).fields, model: event(1).model },
      [],
    );

    assert.deepEqual(late, { kind: 'duplicate', id: 'evt_1' });
  });

  test(`${name}: a late webhook of an earlier move to the same stage is news`, async (t) => {
    const store = await open(t);
    const back = { ...event(2), occurredAtMs: 1500 };
    await store.addEvent({ ...back, fields: { ...back.fields, to_stage: 'Archived' } }, []);
    await store.addEvent(
      { ...event(3), occurredAtMs: 2000, recovered: true, receivedAtMs: 9000 },
      [],
    );

    const first = await store.addEvent(event(1), []);

    assert.deepEqual(first, { kind: 'new', id: 'evt_1' });
  });

  test(`${name}: a version that is moved again after the comparison is news`, async (t) => {
    const store = await open(t);
    await store.addEvent({ ...event(1), recovered: true, receivedAtMs: 9000 }, []);

    const later = await store.addEvent({ ...event(2), occurredAtMs: 10_000 }, []);

    assert.equal(later.kind, 'new');
  });

  test(`${name}: a request made twice by hand is one, whenever it comes`, async (t) => {
    const store = await open(t);
    const asked = { ...event(1), type: 'manual.requested', fields: {} } as const;

    await store.addEvent(asked, []);
    const again = await store.addEvent({ ...asked, id: 'evt_2', occurredAtMs: 77_000 }, []);

    assert.deepEqual(again, { kind: 'duplicate', id: 'evt_1' });
  });

  test(`${name}: the same event told many times at once is stored once`, async (t) => {
    const store = await open(t);
    const tellings = Array.from({ length: 20 }, (_, index) => index + 1);

    const added = await Promise.all(
      tellings.map((number) =>
        store.addEvent({ ...event(1), id: `evt_${number}` }, [testDelivery(number)]),
      ),
    );

    assert.equal(added.filter(({ kind }) => kind === 'new').length, 1);
    assert.equal((await store.events(100)).length, 1);
  });

  test(`${name}: a write that cannot be made takes none of the others with it`, async (t) => {
    const store = await open(t);
    const events = [1, 2, 3, 4, 5];

    // The third brings a delivery of an id that is there already.
    const results = await Promise.allSettled(
      events.map((number) =>
        store.addEvent(event(number), [testDelivery(number === 3 ? 1 : number)]),
      ),
    );

    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    assert.deepEqual(
      (await store.events(10)).map(({ id }) => id),
      ['evt_5', 'evt_4', 'evt_2', 'evt_1'],
    );
  });

  test(`${name}: deliveries of one key are claimed one after the other, others beside them`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [testDelivery(1, { oneAtATime: 'release:wine' })]);
    await store.addEvent(event(2), [testDelivery(2, { oneAtATime: 'release:wine' })]);
    await store.addEvent(event(3), [testDelivery(3, { oneAtATime: 'release:beer' })]);

    const [first, ...others] = await startsOf(store, claimOf('a'));
    assert(first);
    assert.deepEqual([first.id, ...others.map(({ id }) => id)], ['dlv_1', 'dlv_3']);
    assert.deepEqual(
      [
        (await store.delivery('dlv_2'))?.phase,
        (await store.transitionsOf(['dlv_2'])).at(-1)?.reason,
      ],
      ['held', 'one at a time: waits for dlv_1'],
    );
    assert.deepEqual(await startsOf(store, claimOf('b')), []);

    const running = await store.save({ ...first, phase: 'running' }, { atMs: 2000 });
    assert.deepEqual(await startsOf(store, claimOf('b')), []);
    await store.save({ ...running, phase: 'ended', verdict: 'succeeded' }, { atMs: 3000 });
    const next = await startsOf(store, claimOf('b'));
    assert.deepEqual(
      next.map(({ id }) => id),
      ['dlv_2'],
    );
  });

  test(`${name}: an older one of a key, which was slow to be stored, waits for the one under way`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(2), [testDelivery(2, { oneAtATime: 'release:wine' })]);
    const [younger] = await startsOf(store, claimOf('a'));
    await store.addEvent(event(1), [testDelivery(1, { oneAtATime: 'release:wine' })]);

    assert.deepEqual(await startsOf(store, claimOf('b')), []);
    assert(younger);
    await store.save({ ...younger, phase: 'dead', verdict: 'failed' }, { atMs: 1 });

    assert.deepEqual(
      (await startsOf(store, claimOf('b'))).map(({ id }) => id),
      ['dlv_1'],
    );
  });

  test(`${name}: two who claim at once get different deliveries, and all of them`, async (t) => {
    const store = await open(t);
    const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
    await Promise.all(
      numbers.map((number) => store.addEvent(event(number), [testDelivery(number)])),
    );

    const claims = await Promise.all(
      ['a', 'b', 'a', 'b', 'a', 'b'].map((owner) => startsOf(store, claimOf(owner))),
    );
    const rest = await startsOf(store, claimOf('c', 100));

    const ids = [...claims.flat(), ...rest].map(({ id }) => id);
    assert.equal(ids.length, 60);
    assert.equal(new Set(ids).size, 60);
  });

  test(`${name}: what is not due, or over, is not claimed`, async (t) => {
    const store = await open(t);
    const later = store.now() + 3_600_000;
    await store.addEvent(event(1), [testDelivery(1, { dueAtMs: later })]);
    await store.addEvent(event(2), [testDelivery(2)]);
    const [only, ...others] = await startsOf(store, claimOf('a'));
    assert(only);
    assert.deepEqual([only.id, others], ['dlv_2', []]);

    const running = await store.save(
      { ...only, phase: 'running', dueAtMs: later },
      { atMs: 1, say: 'started' },
    );
    assert.deepEqual(await store.claimToFollow('devops', claimOf('a')), []);
    await store.save({ ...running, dueAtMs: 1 }, { atMs: 1 });
    const [followed] = await store.claimToFollow('devops', claimOf('a'));
    assert.equal(followed?.id, 'dlv_2');
    assert.deepEqual(await startsOf(store, claimOf('a')), []);
  });

  test(`${name}: running deliveries are claimed target by target`, async (t) => {
    const store = await open(t);
    for (const [number, target] of ['one', 'two', 'two'].entries()) {
      await store.addEvent(event(number), [testDelivery(number, { target, ...underWay(number) })]);
    }

    assert.deepEqual(await store.targetsFollowed(), ['one', 'two']);
    assert.deepEqual(await store.claimToFollow('three', claimOf('a')), []);
    const claimed = await store.claimToFollow('two', claimOf('a'));
    assert.deepEqual(
      claimed.map(({ id }) => id),
      ['dlv_1', 'dlv_2'],
    );
  });

  test(`${name}: the delivery of a run that is named is due at once, and no other`, async (t) => {
    const store = await open(t);
    const later = store.now() + 3_600_000;
    await store.addEvent(event(1), [testDelivery(1, { ...underWay(41), dueAtMs: later })]);
    await store.addEvent(event(2), [testDelivery(2, { ...underWay(42), dueAtMs: later })]);

    assert.equal(await store.hasten({ target: 'another', run: '41' }), 0);
    assert.equal(await store.hasten({ target: 'devops', run: '41' }), 1);
    assert.equal(await store.hasten({ target: 'devops', run: '41' }), 0, 'it is due already');

    const [due, ...others] = await store.claimToFollow('devops', claimOf('a'));
    assert.deepEqual([due?.id, others], ['dlv_1', []]);
  });

  test(`${name}: a lease that has run out is another's, and its old holder writes nothing`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [testDelivery(1)]);
    const [zombie] = await startsOf(store, { ...claimOf('a'), leaseMs: -1, settleMs: -1 });
    assert(zombie);

    const [holder] = await startsOf(store, claimOf('b'));
    assert(holder);
    const late = store.save({ ...zombie, phase: 'running', reason: 'late' }, { atMs: 1, say: 'x' });

    await assert.rejects(late, LeaseLost);
    assert.deepEqual(await store.extend([zombie], 1000), new Set());
    await store.release(zombie);
    assert.deepEqual(await store.extend([holder], 60_000), new Set(['dlv_1']));
    const saved = await store.save({ ...holder, reason: 'mine' }, { atMs: 1 });
    assert.deepEqual(await store.delivery('dlv_1'), saved);
    assert.equal((await store.transitionsOf(['dlv_1'])).length, 2);
  });

  test(`${name}: a lease that is kept stays, one that is given back is anybody's`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [testDelivery(1)]);
    const [mine] = await startsOf(store, claimOf('a'));
    assert(mine);

    const kept = await store.save({ ...mine, dueAtMs: 1 }, { atMs: 1, keep: true });
    assert.equal(kept.epoch, mine.epoch);
    assert.deepEqual(await startsOf(store, claimOf('b')), []);
    await store.release(kept);
    const [theirs] = await startsOf(store, claimOf('b'));
    assert.equal(theirs?.id, 'dlv_1');
    await assert.rejects(store.save(kept, { atMs: 1 }), LeaseLost);
  });

  test(`${name}: a delivery comes back as it was saved`, async (t) => {
    const store = await open(t);
    const added = testDelivery(1, {
      requirement: { type: 'databricks_run', source: 'prod' },
      reports: ['tags'],
    });
    await store.addEvent(event(1), [added]);
    const saved: StoredDelivery = {
      ...added,
      event: 'evt_1',
      epoch: 0,
      ...unasked,
      phase: 'running',
      tries: 2,
      intendedAtMs: 1500,
      run: { id: '41', place: { pipeline: '4' }, url: 'https://dev.azure.com/run/41' },
      seen: { run: null, evidence: [], overSinceMs: null },
      seenAtMs: 1600,
      reason: 'run 41 started',
    };

    const stored = await store.save(saved, { say: saved.reason, atMs: 1600 });

    assert.deepEqual(stored, { ...saved, epoch: 1 });
    assert.deepEqual(await store.delivery('dlv_1'), stored);
    assert.deepEqual((await store.transitionsOf(['dlv_1'])).at(-1), {
      delivery: 'dlv_1',
      atMs: 1600,
      phase: 'running',
      reason: 'run 41 started',
    });
  });

  test(`${name}: reports are due until they are settled, in one pair of hands`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [testDelivery(1)]);
    const ended: StoredDelivery = {
      ...testDelivery(1),
      event: 'evt_1',
      epoch: 0,
      ...unasked,
      phase: 'ended',
      verdict: 'succeeded',
      sinceMs: 2000,
    };
    await store.save(ended, { atMs: 2000, reports: ['tags', 'comment'] });

    const [due] = await store.claimReports(claimOf('a'));
    assert(due);
    assert.deepEqual(await store.claimReports(claimOf('b')), []);
    assert.deepEqual(due.event, event(1));
    const [comment, tags] = due.reports;
    assert(comment && tags);
    assert.deepEqual([comment.form, tags.form], ['comment', 'tags']);
    await store.saveReport(due.delivery, { ...comment, state: 'done', reason: 'written' });
    await store.save(
      { ...due.delivery, phase: 'reported' },
      { atMs: 3000, report: { ...tags, state: 'failed', reason: 'no' } },
    );

    const late = store.saveReport(due.delivery, { ...tags, state: 'done' });
    await assert.rejects(late, LeaseLost);
    assert.deepEqual(await store.claimReports(claimOf('b')), []);
    assert.deepEqual(
      (await store.reportsOf(['dlv_1'])).map(({ form, state }) => ({ form, state })),
      [
        { form: 'comment', state: 'done' },
        { form: 'tags', state: 'failed' },
      ],
    );
  });

  test(`${name}: refusals are counted by source and reason`, async (t) => {
    const store = await open(t);

    await store.countRefusal({ source: 'prod', reason: 'no signature', atMs: 1 });
    await store.countRefusal({ source: 'prod', reason: 'no signature', atMs: 2 });

    assert.deepEqual(await store.refusals(), [
      { source: 'prod', reason: 'no signature', count: 2, lastAtMs: 2 },
    ]);
  });

  test(`${name}: a survey is remembered, and does not set a standing back`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), []);
    const older = { model: 'wine', version: '1', stage: 'None', changedAtMs: 1, recovered: false };

    assert.equal(await store.surveyedAt('prod'), null);
    await store.saveSurvey({ source: 'prod', atMs: 5000, standings: [older] });

    assert.equal(await store.surveyedAt('prod'), 5000);
    assert.deepEqual(await store.standings('prod'), [
      { ...older, stage: 'Production', changedAtMs: 1000 },
    ]);
  });

  test(`${name}: what a webhook told while the comparison looked is not found by it`, async (t) => {
    const store = await open(t);
    await store.addEvent({ ...event(1), occurredAtMs: 1040 }, []);

    const found = await store.addEvent({ ...event(2), recovered: true, receivedAtMs: 9000 }, []);

    assert.deepEqual(found, { kind: 'duplicate', id: 'evt_1' });
  });

  test(`${name}: a late webhook tells again what was found, also where more has happened since`, async (t) => {
    const store = await open(t);
    await store.addEvent({ ...event(1), recovered: true, receivedAtMs: 9000 }, []);
    const fields = { ...event(3).fields, from_stage: 'Production', to_stage: 'Archived' };
    await store.addEvent({ ...event(3), occurredAtMs: 9500, receivedAtMs: 9600, fields }, []);

    const late = await store.addEvent({ ...event(2), occurredAtMs: 990 }, []);

    assert.deepEqual(late, { kind: 'duplicate', id: 'evt_1' });
  });

  test(`${name}: of two first comparisons one says where versions stand`, async (t) => {
    const store = await open(t);
    const standing = { model: 'wine', version: '1', changedAtMs: 1, recovered: false };
    const first = { ...standing, stage: 'None' };

    await store.saveSurvey({ source: 'prod', atMs: 5000, standings: [first] });
    const second = { ...standing, stage: 'Staging', changedAtMs: 4000 };
    await store.saveSurvey({ source: 'prod', atMs: 5001, standings: [second] });

    assert.deepEqual(await store.standings('prod'), [first]);
  });
}

const unasked = { cancel: null, dismissed: null };

function claimOf(owner: string, limit = 10): Claim {
  return { owner, leaseMs: 60_000, limit };
}

/** What there is to be started or looked for, at a target without limits. */
export async function startsOf(
  store: Store,
  { limit: room, ...claim }: Claim & { readonly settleMs?: number },
): Promise<readonly StoredDelivery[]> {
  const targets = [{ name: 'devops', room, limits: noLimits }];
  const claimed = await store.claimToStart({
    settleMs: 60_000,
    ...claim,
    targets,
    heard: [],
    chance: 1,
  });
  return [...claimed.toStart, ...claimed.toLookFor];
}

function event(number: number): Event {
  return testEvent(number, {
    type: 'model_version.stage_changed',
    version: '1',
    receivedAtMs: 1000 + number,
    fields: { from_stage: 'None', to_stage: 'Production', text: '', webhook_id: '' },
  });
}

function underWay(run: number) {
  const url = `https://dev.azure.com/run/${run}`;
  return { phase: 'running', run: { id: String(run), place: {}, url } } as const;
}
