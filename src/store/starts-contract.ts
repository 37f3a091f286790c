import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Heard } from '../model/breaker.ts';
import type { ReportForm } from '../model/report.ts';
import { noLimits } from '../model/terms.ts';
import type { OpenStore } from './contract.ts';
import type { ClaimedStarts, NewDelivery, StartClaim, Store, StoredDelivery } from './store.ts';
import { testDelivery, testEvent } from './test-deliveries.ts';

/** What every store must do when it is asked for what may be started. */
export function startsContract(name: string, open: OpenStore): void {
  test(`${name}: a claim stores the intent, so that whoever looks finds it begun`, async (t) => {
    const store = await open(t);
    await fill(store, [{}]);

    const { toStart } = await store.claimToStart(claimOf());

    const [begun] = toStart;
    assert(begun);
    assert.deepEqual(
      [begun.phase, begun.tries, begun.reason],
      ['starting', 1, 'starting a run at devops'],
    );
    assert.equal(begun.intendedAtMs, begun.sinceMs);
    assert.deepEqual(await store.delivery(begun.id), begun);
    const lines = await store.transitionsOf([begun.id]);
    assert.deepEqual(
      lines.map(({ phase }) => phase),
      ['pending', 'starting'],
    );
  });

  test(`${name}: a start is looked for when a call that was made late had time to surface`, async (t) => {
    const store = await open(t);
    await fill(store, [{}]);

    const { toStart } = await store.claimToStart({ ...claimOf(), leaseMs: 30_000 });

    assert.deepEqual(
      toStart.map(({ dueAtMs, sinceMs }) => dueAtMs - sinceMs),
      [90_000],
    );
  });

  test(`${name}: a lane that brings many does not keep the others waiting`, async (t) => {
    const store = await open(t);
    await fill(
      store,
      Array.from({ length: 40 }, () => ({ lane: 'release:noisy' })),
    );
    await fill(store, [{ lane: 'release:wine' }, { lane: 'test:noisy' }], 41);

    const { toStart } = await store.claimToStart(claimOf({ room: 4 }));

    assert.deepEqual(lanesOf(toStart), [
      'release:noisy',
      'release:noisy',
      'release:wine',
      'test:noisy',
    ]);
  });

  test(`${name}: one that comes late is served next, and then in turn`, async (t) => {
    const store = await open(t);
    await fill(
      store,
      Array.from({ length: 40 }, () => ({ lane: 'release:noisy' })),
    );
    await store.claimToStart(claimOf({ room: 20 }));
    await fill(
      store,
      Array.from({ length: 3 }, () => ({ lane: 'release:wine' })),
      41,
    );

    const { toStart } = await store.claimToStart(claimOf({ room: 6 }));

    assert.equal(lanesOf(toStart).filter((lane) => lane === 'release:wine').length, 3);
  });

  test(`${name}: what is tried again has its turn among those that come new`, async (t) => {
    const store = await open(t);
    await fill(
      store,
      Array.from({ length: 30 }, () => ({ lane: 'release:noisy' })),
    );
    const { toStart } = await store.claimToStart(claimOf({ room: 10 }));
    for (const one of toStart) {
      const waiting = { ...one, phase: 'waiting', lane: 'again', dueAtMs: 1 } as const;
      await store.save(waiting, { atMs: 1 });
    }
    await fill(store, [{ lane: 'release:wine' }], 41);

    const next = await store.claimToStart(claimOf({ room: 6 }));

    const lanes = lanesOf(next.toStart);
    assert.ok(lanes.includes('release:wine'), lanes.join());
    assert.ok(lanes.includes('again'), lanes.join());
    assert.ok(lanes.includes('release:noisy'), lanes.join());
  });

  test(`${name}: no more runs are under way at a target than it takes, and the next when one ends`, async (t) => {
    const store = await open(t);
    await fill(
      store,
      Array.from({ length: 10 }, () => ({})),
    );
    const claim = claimOf({ limits: { concurrent: 3, startsPerMinute: null } });

    const { toStart } = await store.claimToStart(claim);
    assert.equal(toStart.length, 3);
    assert.equal((await store.claimToStart(claim)).toStart.length, 0);
    const [first] = toStart;
    assert(first);
    const running = await store.save({ ...first, phase: 'running' }, { atMs: 1 });
    assert.equal((await store.claimToStart(claim)).toStart.length, 0);
    await store.save({ ...running, phase: 'ended', verdict: 'failed' }, { atMs: 1 });

    assert.equal((await store.claimToStart(claim)).toStart.length, 1);
    assert.equal((await store.targetStates())[0]?.underWay, 3);
  });

  test(`${name}: starts are spread over the minute`, async (t) => {
    const store = await open(t);
    await fill(
      store,
      Array.from({ length: 10 }, () => ({})),
    );
    const claim = claimOf({ limits: { concurrent: null, startsPerMinute: 120 } });

    const first = await store.claimToStart(claim);
    const second = await store.claimToStart(claim);

    assert.equal(first.toStart.length, 3);
    assert.ok(second.toStart.length <= 1);
  });

  test(`${name}: the limits of one target are none of another's`, async (t) => {
    const store = await open(t);
    await fill(store, [{}, {}, { target: 'other' }]);
    const devops = { name: 'devops', room: 10, limits: { concurrent: 1, startsPerMinute: null } };
    const other = { name: 'other', room: 10, limits: noLimits };

    const { toStart } = await store.claimToStart(claimOf({ targets: [devops, other] }));

    assert.deepEqual(toStart.map(({ target }) => target).toSorted(), ['devops', 'other']);
  });

  test(`${name}: a target that does not work is left alone, then tried once, then called again`, async (t) => {
    const store = await open(t);
    await fill(
      store,
      Array.from({ length: 10 }, () => ({})),
    );
    const atMs = store.now();
    const failures = Array.from({ length: 5 }, () => failed({ atMs: atMs - 2000 }));

    const opened = await store.claimToStart(claimOf({ heard: failures, chance: 0 }));
    assert.equal(
      opened.toStart.length,
      1,
      'the second in which it is left alone is over: one tries',
    );
    assert.equal((await store.claimToStart(claimOf())).toStart.length, 0);
    const again = await store.claimToStart(
      claimOf({ heard: [failed({ atMs, isProbe: true, retryAfterMs: 60_000 })] }),
    );
    assert.equal(again.toStart.length, 0);
    assert.equal(again.targets[0]?.breaker.openings, 2);

    const closed = await store.claimToStart(claimOf({ heard: [{ kind: 'answered' }] }));
    assert.equal(closed.toStart.length, 9);
    assert.equal((await store.targetStates())[0]?.breaker.failures, 0);
  });

  test(`${name}: a target that asks to be left alone is, after a single failure`, async (t) => {
    const store = await open(t);
    await fill(store, [{}, { target: 'other' }]);
    const other = { name: 'other', room: 10, limits: noLimits };
    const [devops] = claimOf().targets;
    assert(devops);
    const heard = [failed({ atMs: store.now(), retryAfterMs: 60_000 })];

    const { toStart } = await store.claimToStart(claimOf({ heard, targets: [devops, other] }));

    assert.deepEqual(
      toStart.map(({ target }) => target),
      ['other'],
    );
  });

  test(`${name}: where the newest wins, older ones that have not begun end, and are written back`, async (t) => {
    const store = await open(t);
    const newest = { oneAtATime: 'release:wine', whenBusy: 'newest', reports: TAGS } as const;
    await fill(store, [newest]);
    const [underWay] = (await store.claimToStart(claimOf())).toStart;
    await fill(store, [newest], 2);
    await store.claimToStart(claimOf());
    assert.equal((await store.delivery('dlv_0002'))?.phase, 'held');
    await fill(store, [newest, newest], 3);

    for (const id of ['dlv_0002', 'dlv_0003']) {
      const older = await store.delivery(id);
      assert.deepEqual([older?.phase, older?.verdict], ['ended', 'skipped']);
      assert.match(older?.reason ?? '', /the newest wins: dlv_000[34] has come since/);
    }
    assert.equal((await store.delivery('dlv_0001'))?.phase, 'starting', 'what runs goes on');
    assert.deepEqual((await store.claimToStart(claimOf())).toStart, []);
    assert(underWay);
    await store.save({ ...underWay, phase: 'ended', verdict: 'failed' }, { atMs: 1 });
    assert.deepEqual(idsOf(await store.claimToStart(claimOf())), ['dlv_0004']);
    assert.equal((await store.claimReports({ ...claimOf(), limit: 9 })).length, 2);
  });

  test(`${name}: one that waits to be tried again gives way to a newer one, too`, async (t) => {
    const store = await open(t);
    const newest = { oneAtATime: 'release:wine', whenBusy: 'newest' } as const;
    await fill(store, [newest]);
    const [first] = (await store.claimToStart(claimOf())).toStart;
    assert(first);
    await store.save({ ...first, phase: 'waiting', dueAtMs: 1 }, { atMs: 1 });

    await fill(store, [newest], 2);

    assert.equal((await store.delivery('dlv_0001'))?.verdict, 'skipped');
    assert.deepEqual(idsOf(await store.claimToStart(claimOf())), ['dlv_0002']);
  });

  test(`${name}: an older one that was slow to be stored gives way where the newest wins`, async (t) => {
    const store = await open(t);
    const newest = { oneAtATime: 'release:wine', whenBusy: 'newest' } as const;
    await fill(store, [newest], 2);
    await fill(store, [newest], 1);

    const claimed = await store.claimToStart(claimOf());

    assert.deepEqual(idsOf(claimed), ['dlv_0002']);
    assert.equal((await store.delivery('dlv_0001'))?.verdict, 'skipped');
  });

  test(`${name}: a thousand of one key run one after the other, and keep nobody else waiting`, async (t) => {
    const store = await open(t);
    const keyed = { oneAtATime: 'release:wine', lane: 'release:wine' };
    await fill(
      store,
      Array.from({ length: 300 }, () => keyed),
    );
    await fill(store, [{ lane: 'test:beer' }], 301);
    const [first, ...others] = (await store.claimToStart(claimOf())).toStart;
    assert(first);
    assert.deepEqual(idsOf({ toStart: [first, ...others] }), ['dlv_0001', 'dlv_0301']);
    while ((await store.claimToStart(claimOf())).passedOver.length > 0);

    let last: StoredDelivery | undefined = first;
    for (const number of [2, 3, 4]) {
      assert(last);
      await store.save({ ...last, phase: 'dead', verdict: 'failed' }, { atMs: 1 });
      const { toStart } = await store.claimToStart(claimOf());
      assert.deepEqual(idsOf({ toStart }), [`dlv_000${number}`]);
      [last] = toStart;
    }
  });

  test(`${name}: what is for a target that nobody knows is claimed once it has waited for long`, async (t) => {
    const store = await open(t);
    const now = store.now();
    await fill(store, [{ target: 'gone', sinceMs: now }, { target: 'gone' }]);
    // A process that knew it.
    await store.claimToStart(claimOf({ targets: [{ name: 'gone', room: 0, limits: noLimits }] }));

    assert.deepEqual(idsOf(await store.claimToStart(claimOf())), ['dlv_0002']);
  });

  test(`${name}: what is to be looked for comes first, and is not counted twice`, async (t) => {
    const store = await open(t);
    await fill(store, [{ phase: 'uncertain' }, {}, {}]);
    const claim = claimOf({ limits: { concurrent: 2, startsPerMinute: null } });

    const { toLookFor, toStart } = await store.claimToStart(claim);

    assert.deepEqual([toLookFor.length, toStart.length], [1, 1]);
  });
}

const TAGS: readonly ReportForm[] = ['tags'];

function lanesOf(deliveries: readonly StoredDelivery[]): readonly string[] {
  return deliveries.map(({ lane }) => lane).toSorted();
}

function idsOf({ toStart }: Pick<ClaimedStarts, 'toStart'>): readonly string[] {
  return toStart.map(({ id }) => id).toSorted();
}

function failed(other: Partial<Extract<Heard, { kind: 'failed' }>>): Heard {
  return { kind: 'failed', atMs: 0, reason: 'HTTP 503', retryAfterMs: 0, isProbe: false, ...other };
}

interface ClaimLike {
  readonly room?: number;
  readonly limits?: StartClaim['targets'][number]['limits'];
  readonly heard?: readonly Heard[];
  readonly targets?: StartClaim['targets'];
  readonly chance?: number;
}

function claimOf(of: ClaimLike = {}): StartClaim {
  const { room = 10, limits = noLimits, heard = [], chance = 1 } = of;
  return {
    owner: 'a',
    leaseMs: 60_000,
    settleMs: 60_000,
    targets: of.targets ?? [{ name: 'devops', room, limits }],
    heard: heard.map((one) => ({ target: 'devops', heard: one })),
    chance,
  };
}

async function fill(
  store: Store,
  deliveries: readonly Partial<NewDelivery>[],
  from = 1,
): Promise<void> {
  for (const [index, other] of deliveries.entries()) {
    const number = String(from + index).padStart(4, '0');
    await store.addEvent(testEvent(number), [testDelivery(number, other)]);
  }
}
