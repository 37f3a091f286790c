import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import type { Delivery } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { NewDelivery, Store } from './store.ts';

/** Opens an empty store that is closed and removed with the test. */
export type OpenStore = (t: TestContext) => Promise<Store>;

/** What every store must do, whatever the database: run once against each. */
export function storeContract(name: string, open: OpenStore): void {
  test(`${name}: an event is stored with its deliveries, and told twice it is stored once`, async (t) => {
    const store = await open(t);

    const first = await store.addEvent(event(1), [delivery(1)]);
    const again = await store.addEvent({ ...event(1), id: 'evt_other' }, [delivery(2)]);

    assert.deepEqual(first, { kind: 'new', id: 'evt_1' });
    assert.deepEqual(again, { kind: 'duplicate', id: 'evt_1' });
    assert.deepEqual(await store.events(10), [event(1)]);
    assert.deepEqual(await store.deliveriesOf(['evt_1']), [{ ...delivery(1), event: 'evt_1' }]);
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

  test(`${name}: a version that is moved again after the comparison is news`, async (t) => {
    const store = await open(t);
    await store.addEvent({ ...event(1), recovered: true, receivedAtMs: 9000 }, []);

    const later = await store.addEvent({ ...event(2), occurredAtMs: 10_000 }, []);

    assert.equal(later.kind, 'new');
  });

  test(`${name}: deliveries of one key are due one after the other, others beside them`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [delivery(1, { oneAtATime: 'release:wine' })]);
    await store.addEvent(event(2), [delivery(2, { oneAtATime: 'release:wine' })]);
    await store.addEvent(event(3), [delivery(3, { oneAtATime: 'release:beer' })]);

    assert.deepEqual(await dueIds(store), ['dlv_1', 'dlv_3']);
    assert.deepEqual(
      (await store.blocked(10)).map(({ delivery: { id }, by }) => ({ id, by })),
      [{ id: 'dlv_2', by: 'dlv_1' }],
    );

    const [first] = await store.deliveriesOf(['evt_1']);
    assert(first);
    await store.save({ ...first, phase: 'running' }, { atMs: 2000 });
    assert.deepEqual(await dueIds(store), ['dlv_3']);
    await store.save({ ...first, phase: 'ended', verdict: 'succeeded' }, { atMs: 3000 });
    assert.deepEqual(await dueIds(store), ['dlv_2', 'dlv_3']);
  });

  test(`${name}: a delivery comes back as it was saved`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [delivery(1)]);
    const saved: Delivery = {
      ...delivery(1),
      event: 'evt_1',
      phase: 'running',
      tries: 2,
      intendedAtMs: 1500,
      run: { id: '41', place: { pipeline: '4' }, url: 'https://dev.azure.com/run/41' },
      seen: { run: null, evidence: [], overSinceMs: null },
      seenAtMs: 1600,
      requirement: { type: 'databricks_run', source: 'prod' },
      reports: ['tags'],
      reason: 'run 41 started',
    };

    await store.save(saved, { say: saved.reason, atMs: 1600 });

    assert.deepEqual(await store.delivery('dlv_1'), saved);
    assert.deepEqual((await store.transitionsOf(['dlv_1'])).at(-1), {
      delivery: 'dlv_1',
      atMs: 1600,
      phase: 'running',
      reason: 'run 41 started',
    });
  });

  test(`${name}: reports are due until they are settled`, async (t) => {
    const store = await open(t);
    await store.addEvent(event(1), [delivery(1)]);
    const ended: Delivery = { ...delivery(1), event: 'evt_1', phase: 'ended', sinceMs: 2000 };
    await store.save(ended, { atMs: 2000, reports: ['tags', 'comment'] });

    const due = await store.dueReports(2000, 10);
    assert.deepEqual(due.map(({ form }) => form).toSorted(), ['comment', 'tags']);
    for (const report of due)
      await store.saveReport({ ...report, state: 'done', reason: 'written' });

    assert.deepEqual(await store.dueReports(9000, 10), []);
    assert.deepEqual(
      (await store.reportsOf(['dlv_1'])).map(({ form, state }) => ({ form, state })),
      [
        { form: 'comment', state: 'done' },
        { form: 'tags', state: 'done' },
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
}

async function dueIds(store: Store): Promise<string[]> {
  return (await store.dueToStart(9000, 10)).map(({ id }) => id);
}

function event(number: number): Event {
  return {
    id: `evt_${number}`,
    identity: `prod|${number}`,
    source: 'prod',
    type: 'model_version.stage_changed',
    model: 'wine',
    version: '1',
    occurredAtMs: 1000,
    receivedAtMs: 1000 + number,
    recovered: false,
    fields: { from_stage: 'None', to_stage: 'Production', text: '', webhook_id: '' },
  };
}

function delivery(number: number, other: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: `dlv_${number}`,
    rule: 'release',
    target: 'devops',
    phase: 'pending',
    attempt: 1,
    key: `key-${number}`,
    request: { pipeline: 4 },
    oneAtATime: null,
    requirement: null,
    reports: [],
    tries: 0,
    intendedAtMs: null,
    sinceMs: 1000,
    dueAtMs: 1000,
    createdAtMs: 1000,
    run: null,
    seen: null,
    seenAtMs: null,
    verdict: null,
    reason: 'rule release matched',
    ...other,
  };
}
