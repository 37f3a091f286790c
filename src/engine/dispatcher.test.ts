import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { after } from '../lib/after.ts';
import { PermanentError, TransientError, UncertainError } from '../lib/errors.ts';
import { openLog } from '../lib/log.ts';
import type { Rule } from '../model/rule.ts';
import type { Terms } from '../model/terms.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store, StoredDelivery, TargetHeard } from '../store/store.ts';
import type { Target } from '../targets/target.ts';
import { openDispatcher } from './dispatcher.ts';
import type { Engine } from './engine.ts';
import { takeIn } from './intake.ts';
import { openStandInTarget, patient } from './stand-in.ts';

test('a model that brings a thousand events does not keep another waiting', async (t) => {
  const flow = openFlow(t);
  await flow.tellMany(1000, { model: 'noisy' });
  await flow.round();
  await flow.tell({ model: 'quiet' });

  await flow.round();

  assert.ok(flow.started().includes('quiet'));
});

test('a target that does not answer keeps no other waiting', async (t) => {
  const hanging: Target = {
    ...openStandInTarget(),
    start: (_start, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new UncertainError('UNANSWERED', 'stopped')));
      }),
  };
  const flow = openFlow(t, { others: { hanging } });
  await flow.tellMany(20, { model: 'wine', rule: 'to-hanging' });
  const dispatcher = flow.open();
  await dispatcher.round();
  await flow.tell({ model: 'beer' });

  await dispatcher.round();
  flow.stop();
  await dispatcher.settled();

  assert.deepEqual(flow.started(), ['beer']);
  const waiting = (await flow.deliveries()).filter(({ phase }) => phase === 'pending');
  assert.equal(waiting.length, 12, 'it has eight calls under way, and gets no more');
});

test('five failures in a row and a target is left alone, but for one that tries it', async (t) => {
  const flow = openFlow(t);
  await flow.tellMany(20);
  flow.target.outage = new TransientError('UNREACHABLE', 'devops cannot be reached');
  flow.target.isDown = true;

  await flow.round();
  assert.equal(flow.target.calls.length, 8);
  await flow.round();
  assert.equal(flow.target.calls.length, 8, 'nothing is claimed while it is left alone');
  flow.later(2000);
  await flow.round();
  assert.equal(flow.target.calls.length, 9, 'one tries it');
  flow.target.isDown = false;
  flow.later(4000);
  await flow.round();
  assert.equal(flow.target.calls.length, 10, 'and one again, after a longer time');
  await flow.round();

  assert.ok(flow.started().length > 5, 'it works: everything goes on');
});

test('a target whose login is refused is left alone, so that not all become dead letters', async (t) => {
  const flow = openFlow(t);
  await flow.tellMany(40);
  flow.target.down = () => new PermanentError('LOGIN_REFUSED', 'AADSTS7000222: secret expired');
  flow.target.isDown = true;

  for (let round = 0; round < 5; round += 1) await flow.round();

  const all = await flow.deliveries();
  assert.equal(all.filter(({ verdict }) => verdict === 'refused').length, 8);
  assert.equal(all.filter(({ phase }) => phase === 'pending').length, 32);
});

test('a pipeline that is refused by itself is no reason to leave the target alone', async (t) => {
  const flow = openFlow(t);
  await flow.tellMany(40);
  flow.target.down = () => new PermanentError('REFUSED', 'no such parameter');
  flow.target.isDown = true;

  for (let round = 0; round < 5; round += 1) await flow.round();

  assert.equal(flow.target.calls.length, 40);
});

test('ten minutes of 429 with five hundred in the queue: hardly a call, and then all, in order', async (t) => {
  const flow = openFlow(t);
  await flow.tellMany(500);
  flow.target.down = () => new TransientError('BUSY', '429', { retryAfterMs: 30_000 });
  flow.target.isDown = true;
  const until = flow.now() + 600_000;
  const calls: number[] = [];
  while (flow.now() < until) {
    const before = flow.target.calls.length;
    await flow.round();
    calls.push(flow.target.calls.length - before);
    flow.later(1000);
  }

  assert.ok(Math.max(...calls.slice(1)) <= 1, 'at most one call a second after the first round');
  assert.ok(flow.target.calls.length < 40, `${flow.target.calls.length} calls`);
  flow.target.isDown = false;
  const callsBefore = new Set(flow.target.calls);
  for (let round = 0; round < 200 && flow.started().length < 500; round += 1) {
    flow.later(60_000);
    await flow.round();
  }
  const keys = flow.target.runs.map(({ key }) => key);
  assert.equal(new Set(keys).size, 500);
  assert.equal(keys.length, 500);
  const inOrder = (await flow.deliveries()).map(({ key }) => key);
  const untried = inOrder.filter((key) => !callsBefore.has(key));
  assert.deepEqual(
    keys.filter((key) => !callsBefore.has(key)),
    untried,
  );
});

test('a schedule that is used up is a dead letter, which says how often, how long and why', async (t) => {
  const retry = { kind: 'schedule', waitsMs: [10_000, 60_000], forMs: 86_400_000 } as const;
  const flow = openFlow(t, { terms: { ...patient, retry } });
  await flow.tell();
  flow.target.down = () => new TransientError('BUSY', 'devops answered 503');
  flow.target.isDown = true;

  for (const waitMs of [0, 9_999, 1, 59_999, 1]) {
    flow.later(waitMs);
    await flow.round();
  }

  const [delivery] = await flow.deliveries();
  assert.deepEqual([delivery?.phase, delivery?.verdict], ['dead', 'failed']);
  assert.equal(
    delivery?.reason,
    'could not be started: tried 3 times in 1 m 10 s; the last time: devops answered 503',
  );
});

test('attempts that go unanswered are used up, too, but only after a look', async (t) => {
  const retry = { kind: 'schedule', waitsMs: [1000], forMs: 86_400_000 } as const;
  const flow = openFlow(t, { terms: { ...patient, retry } });
  await flow.tell();
  flow.target.down = () => new UncertainError('UNANSWERED', 'no answer');
  flow.target.isDown = true;

  for (let round = 0; round < 4; round += 1) {
    await flow.round();
    flow.later(SETTLE_MS);
  }

  const [delivery] = await flow.deliveries();
  assert.equal(flow.target.calls.length, 2);
  assert.deepEqual([delivery?.phase, delivery?.verdict], ['dead', 'failed']);
  assert.match(delivery?.reason ?? '', /tried 2 times/);
});

test('looks that fail are no attempts: the schedule is for starts', async (t) => {
  const retry = { kind: 'schedule', waitsMs: [1000], forMs: 86_400_000 } as const;
  const flow = openFlow(t, { terms: { ...patient, retry } });
  await flow.tell();
  flow.target.faults.push({ kind: 'throws', error: new UncertainError('UNANSWERED', 'no answer') });
  await flow.round();
  flow.target.outage = new TransientError('UNREACHABLE', 'devops cannot be reached');
  for (let look = 0; look < 4; look += 1) {
    flow.later(SETTLE_MS);
    await flow.round();
  }
  flow.target.outage = null;
  flow.later(SETTLE_MS);
  await flow.round();

  assert.equal((await flow.deliveries())[0]?.phase, 'running');
  assert.equal(flow.target.calls.length, 2);
});

test('where it can never be said whether a run was started, contact is lost: it is not started again', async (t) => {
  const flow = openFlow(t);
  await flow.tell();
  flow.target.faults.push({ kind: 'reply-lost' });
  await flow.round();
  flow.target.outage = new TransientError('UNREACHABLE', 'devops cannot be reached');

  for (let look = 0; look < 6; look += 1) {
    flow.later(43_200_001);
    await flow.round();
  }

  const [delivery] = await flow.deliveries();
  assert.deepEqual([delivery?.phase, delivery?.verdict], ['dead', 'lost']);
  assert.equal(flow.target.runs.length, 1);
});

test('what is claimed when the service is stopped is put back, and no attempt is counted', async (t) => {
  const flow = openFlow(t);
  await flow.tell();
  const { store } = flow.engine;
  const dispatcher = flow.open({
    ...store,
    async claimToStart(claim) {
      const claimed = await store.claimToStart(claim);
      flow.stop();
      return claimed;
    },
  });

  await dispatcher.round();
  await dispatcher.settled();

  const [delivery] = await flow.deliveries();
  assert.deepEqual([delivery?.phase, delivery?.tries], ['waiting', 0]);
  assert.equal(flow.target.calls.length, 0);
});

test('while another process claims, ours comes back by itself, with what it has heard', async (t) => {
  const flow = openFlow(t);
  await flow.tell();
  const { store } = flow.engine;
  const heard: (readonly TargetHeard[])[] = [];
  let isBusy = false;
  const cameBack = Promise.withResolvers<void>();
  const busy: Store = {
    ...store,
    async claimToStart(claim) {
      heard.push(claim.heard);
      return { ...(await store.claimToStart({ ...claim, heard: [] })), isBusy };
    },
  };
  const dispatcher = flow.open(busy, () => isBusy && cameBack.resolve());
  const error = new TransientError('UNREACHABLE', 'no route');
  flow.target.faults.push({ kind: 'throws', error });

  await dispatcher.round();
  await dispatcher.settled();
  isBusy = true;
  await dispatcher.round();
  await cameBack.promise;
  isBusy = false;
  await dispatcher.round();

  const [first, second, third] = heard;
  assert.deepEqual(first, []);
  assert.deepEqual(
    second?.map(({ target }) => target),
    ['devops'],
  );
  assert.deepEqual(third, second);
});

test('where the newest wins, the older ones that wait are skipped by name', async (t) => {
  const flow = openFlow(t);
  for (let number = 0; number < 4; number += 1) await flow.tell({ rule: 'newest' });
  await flow.round();

  const [one, two, three, four] = await flow.deliveries();
  assert(four);
  assert.deepEqual([one?.verdict, two?.verdict, three?.verdict], ['skipped', 'skipped', 'skipped']);
  assert.equal(three?.reason, `one at a time, the newest wins: ${four.id} has come since`);
  assert.equal(four.phase, 'running');
});

const SETTLE_MS = 75_000;
const START_MS = 1_767_225_600_000;

interface Given {
  readonly terms?: Terms;
  readonly others?: Readonly<Record<string, Target>>;
}

/** A stand-in that can be down altogether, and counts the calls to start something. */
function openFallible() {
  const target = openStandInTarget();
  const calls: string[] = [];
  const fallible = {
    ...target,
    outage: null as Error | null,
    isDown: false,
    down: (): Error => new TransientError('UNREACHABLE', 'devops cannot be reached'),
    calls,
    async start(...args: Parameters<Target['start']>) {
      calls.push(args[0].key);
      if (fallible.isDown) throw fallible.down();
      return await target.start(...args);
    },
    async find(...args: Parameters<Target['find']>) {
      if (fallible.outage) throw fallible.outage;
      return await target.find(...args);
    },
  };
  return fallible;
}

/** The dispatcher alone, on a real store, with a clock moved by hand. */
function openFlow(t: TestContext, { terms = patient, others = {} }: Given = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-dispatch-'));
  const target = openFallible();
  let nowMs = START_MS;
  let ids = 0;
  const store = openSqlite(path.join(folder, 'signalbox.db'), () => nowMs);
  const engine: Engine = {
    store,
    owner: 'test',
    rules: [
      ruleOf('usual', 'devops'),
      ruleOf('to-hanging', 'hanging'),
      { ...ruleOf('newest', 'devops'), oneAtATime: () => 'all', whenBusy: 'newest' },
    ],
    sources: new Map(),
    targets: new Map([['devops', target], ...Object.entries(others)]),
    terms: () => terms,
    proof: () => null,
    settings: {
      settleMs: SETTLE_MS,
      pollMs: 1000,
      longestPollMs: 10_000,
      proofWaitMs: 0,
      lostAfterMs: 86_400_000,
      callMs: 30_000,
      backoff: { firstMs: 1000, longestMs: 60_000 },
      concurrency: 8,
      leaseMs: 30_000,
    },
    now: () => nowMs,
    after,
    chance: () => 1,
    newId: (prefix) => {
      ids += 1;
      return `${prefix}_${String(ids).padStart(5, '0')}`;
    },
    log: openLog('silent'),
    changed: () => undefined,
  };
  const stop = new AbortController();
  const open = (of: Store = store, onRoom: () => void = () => undefined) =>
    openDispatcher({ ...engine, store: of }, stop.signal, onRoom);
  const dispatcher = open();
  t.after(async () => {
    stop.abort();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function tell({ model = 'wine', rule = 'usual' } = {}) {
    const number = ids + 1;
    await takeIn(
      { ...engine, rules: engine.rules.filter(({ name }) => name === rule) },
      {
        identity: `by-hand|${number}`,
        source: 'by-hand',
        type: 'model.created',
        model,
        version: '',
        occurredAtMs: nowMs,
        recovered: false,
        fields: {},
      },
    );
  }

  return {
    engine,
    target,
    open,
    tell,
    tellMany: (count: number, other = {}) =>
      Promise.all(Array.from({ length: count }, () => tell(other))),
    async round() {
      await dispatcher.round();
      await dispatcher.settled();
    },
    stop: () => stop.abort(),
    now: () => nowMs,
    later: (ms: number) => {
      nowMs += ms;
    },
    /** The models whose runs were started, in this order. */
    started: () => target.runs.map(({ request }) => String(request)),
    async deliveries(): Promise<readonly StoredDelivery[]> {
      return await store.deliveriesOf((await store.events(5000)).map(({ id }) => id));
    },
  };
}

function ruleOf(name: string, target: string): Rule {
  return {
    name,
    on: ['model.created'],
    when: null,
    target,
    request: (event) => event.model,
    oneAtATime: null,
    whenBusy: 'queue',
    require: null,
    report: [],
  };
}
