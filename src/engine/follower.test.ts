import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { PermanentError, TransientError } from '../lib/errors.ts';
import { openLog } from '../lib/log.ts';
import type { Observation } from '../model/outcome.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { StoredDelivery } from '../store/store.ts';
import { testDelivery, testEvent } from '../store/test-deliveries.ts';
import type { Glance, Target } from '../targets/target.ts';
import type { Engine } from './engine.ts';
import { openFollowers } from './follower.ts';
import { observation, patient } from './stand-in.ts';

test('many runs are seen at a glance, and few of those that go on are looked at closely', async (t) => {
  const scene = await openScene(t, { devops: 250 });

  await scene.followAll();

  assert.deepEqual(scene.glances, [100, 100, 50]);
  assert.equal(scene.checks.length, 4);
  assert.equal((await scene.delivery(200)).seen?.run?.state.kind, 'running');
});

test('a run that is over at a glance is looked at closely, and ends its delivery', async (t) => {
  const scene = await openScene(t, { devops: 50 });
  await scene.followAll();
  scene.over.add('7');
  scene.later(5000);
  await scene.followAll();

  assert.equal((await scene.delivery(7)).verdict, 'succeeded');
  assert.equal((await scene.delivery(8)).verdict, null);
  assert.ok(scene.checks.includes('7'));
});

test('two hundred runs that take an hour cost less than a call for every fifty polls', async (t) => {
  const scene = await openScene(t, { devops: 200 });
  const minutes = 60;
  for (let minute = 0; minute < minutes; minute += 1) {
    await scene.followAll();
    scene.later(60_000);
  }

  const calls = scene.glances.length + 2 * scene.checks.length;
  const polls = 200 * minutes * 12;
  assert.ok(calls < polls / 50, `${calls} calls`);
  assert.ok(scene.glances.length > minutes / 3, `${scene.glances.length} glances`);
});

test('a few runs are checked at every poll, without a glance', async (t) => {
  const scene = await openScene(t, { devops: 3 });
  await scene.followAll();
  scene.later(5000);
  await scene.followAll();

  assert.deepEqual(scene.glances, []);
  assert.equal(scene.checks.length, 6);
});

test('a target that asks to be left alone is, with all of its runs, and no other is', async (t) => {
  const scene = await openScene(t, { devops: 50, other: 1 });
  scene.restMs = 60_000;
  await scene.followAll();
  scene.over.add('7');
  scene.restMs = 0;
  scene.later(59_000);
  await scene.followAll();
  assert.deepEqual(scene.glances, [50]);
  assert.equal((await scene.delivery(50)).seenAtMs, scene.now());

  scene.later(1000);
  await scene.followAll();

  assert.equal((await scene.delivery(7)).verdict, 'succeeded');
});

test('a target that is busy is asked for none of the runs that were due, and no try is counted', async (t) => {
  const scene = await openScene(t, { devops: 50 });
  await scene.followAll();
  for (const run of ['1', '2', '3', '4', '5', '6', '7', '8', '9']) scene.over.add(run);
  scene.checks.splice(0);
  scene.fault = new TransientError('BUSY', 'slow down', { retryAfterMs: 30_000 });
  scene.later(5000);
  await scene.followAll();

  assert.equal(scene.checks.length, 4, 'those that were under way already');
  const tries = (await scene.deliveries()).map((delivery) => delivery.tries);
  assert.equal(tries.filter((count) => count > 0).length, 4);

  scene.fault = null;
  scene.later(60_000);
  await scene.followAll();
  const verdicts = (await scene.deliveries()).filter(({ verdict }) => verdict === 'succeeded');
  assert.equal(verdicts.length, 9);
});

test('where none of the runs is in the list, one is asked after, and speaks for all', async (t) => {
  const scene = await openScene(t, { devops: 50 });
  scene.hidden = true;
  scene.fault = new PermanentError('NOT_PERMITTED', 'no permission to view builds');
  await scene.followAll();

  assert.deepEqual(scene.checks, ['0']);
  assert.match((await scene.delivery(49)).reason, /cannot be seen just now: no permission/);
});

test('a target that never answers keeps no other waiting, and is asked again in the end', async (t) => {
  const scene = await openScene(t, { devops: 50, other: 1 });
  scene.isSilent = true;
  const [silent, other] = openFollowers(scene.engine);
  assert(silent && other);

  const waiting = silent(scene.signal);
  await other(scene.signal);
  assert.equal((await scene.delivery(50)).seenAtMs, scene.now());
  await scene.callTimesOut();
  await waiting;

  const delivery = await scene.delivery(0);
  assert.match(delivery.reason, /cannot be seen just now: it took longer than a call may/);
  scene.isSilent = false;
  scene.later(60_000);
  await silent(scene.signal);
  assert.equal((await scene.delivery(0)).seenAtMs, scene.now());
});

test('while a glance fails no other is cast at the runs of that target for the length of a poll', async (t) => {
  const scene = await openScene(t, { devops: 250 });
  scene.hidden = true;
  scene.fault = new TransientError('UNANSWERED', 'no answer');
  await scene.followAll();
  assert.deepEqual(scene.glances, [100]);

  scene.later(5000);
  await scene.followAll();

  assert.deepEqual(scene.glances, [100, 100]);
});

test('the runs of a target that is no longer configured are out of sight, not forgotten', async (t) => {
  const scene = await openScene(t, { gone: 1 });
  await scene.followAll();

  const delivery = await scene.delivery(0);
  assert.equal(delivery.reason, 'cannot be seen just now: no target is called gone any more');
});

const START_MS = 1_767_225_600_000;
const CALL_MS = 29_000;

interface Scene {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** How many runs each glance was about. */
  readonly glances: number[];
  /** The runs that were looked at closely. */
  readonly checks: string[];
  /** The runs that are over. */
  readonly over: Set<string>;
  restMs: number;
  /** While set, a closer look fails with it. */
  fault: Error | null;
  /** The list is empty, as for somebody who may see none of them. */
  hidden: boolean;
  /** `devops` takes requests, and answers none. */
  isSilent: boolean;
  now(): number;
  later(ms: number): void;
  /** Lets the time of the call that is under way run out. */
  callTimesOut(): Promise<void>;
  /** Until nothing more is due. */
  followAll(): Promise<void>;
  delivery(number: number): Promise<StoredDelivery>;
  deliveries(): Promise<readonly StoredDelivery[]>;
}

/** Running deliveries on a real store, so many of each target; `gone` is one without a target. */
async function openScene(
  t: TestContext,
  counts: Readonly<Partial<Record<'devops' | 'other' | 'gone', number>>>,
): Promise<Scene> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-follower-'));
  let nowMs = START_MS;
  const store = openSqlite(path.join(folder, 'signalbox.db'), () => nowMs);
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const stop = new AbortController();
  const called = Promise.withResolvers<void>();
  const limits = new Set<() => void>();

  const check: Target['check'] = async ({ id }) => {
    scene.checks.push(id);
    if (scene.fault) throw scene.fault;
    const state = scene.over.has(id)
      ? ({ kind: 'ended', verdict: 'succeeded', reason: 'all green' } as const)
      : ({ kind: 'running', status: 'inProgress' } as const);
    return observation('azure-pipelines', id, state);
  };
  const glance: Target['glance'] = async (watched, signal): Promise<Glance> => {
    scene.glances.push(watched.length);
    if (scene.isSilent) {
      called.resolve();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    }
    const runs = scene.hidden ? [] : watched.map(({ run }) => [run.id, standing(run.id)] as const);
    return { runs: new Map(runs), restMs: scene.restMs };
  };
  const standing = (id: string): Observation | 'over' =>
    scene.over.has(id)
      ? 'over'
      : observation('azure-pipelines', id, { kind: 'running', status: 'inProgress' });
  const plain: Target = {
    start: unused,
    find: unused,
    named: unused,
    cancel: unused,
    check,
    output: async () => '',
  };
  const engine = engineOf({
    store,
    targets: new Map([
      ['devops', { ...plain, glance }],
      ['other', plain],
    ]),
    now: () => nowMs,
    after: (ms, callback) => {
      if (ms === CALL_MS) limits.add(callback);
      return () => limits.delete(callback);
    },
  });
  const followers = openFollowers(engine);
  await storeRunning(store, counts);

  const scene: Scene = {
    engine,
    signal: stop.signal,
    glances: [],
    checks: [],
    over: new Set(),
    restMs: 0,
    fault: null,
    hidden: false,
    isSilent: false,
    now: () => nowMs,
    later: (ms) => {
      nowMs += ms;
    },
    async callTimesOut() {
      await called.promise;
      for (const limit of limits) limit();
    },
    async followAll() {
      for (const follow of followers) {
        for (;;) {
          const { handled } = await follow(stop.signal);
          if (handled === 0) break;
        }
      }
    },
    async delivery(number) {
      const found = await store.delivery(`dlv_${number}`);
      assert(found);
      return found;
    },
    deliveries: async () =>
      await store.deliveriesOf((await store.events(10_000)).map(({ id }) => id)),
  };
  return scene;
}

async function unused(): Promise<never> {
  throw new Error('not to be called');
}

function engineOf(given: Pick<Engine, 'store' | 'targets' | 'now' | 'after'>): Engine {
  return {
    ...given,
    owner: 'test',
    rules: [],
    sources: new Map(),
    terms: () => patient,
    proof: () => null,
    settings: {
      settleMs: 75_000,
      pollMs: 5000,
      longestPollMs: 120_000,
      proofWaitMs: 60_000,
      lostAfterMs: 86_400_000,
      callMs: CALL_MS,
      backoff: { firstMs: 1000, longestMs: 60_000 },
      concurrency: 16,
      leaseMs: 30_000,
    },
    chance: () => 1,
    newId: (prefix) => `${prefix}_1`,
    log: openLog('silent'),
    changed: () => undefined,
  };
}

async function storeRunning(store: Engine['store'], counts: Readonly<Record<string, number>>) {
  let number = 0;
  const all: Promise<unknown>[] = [];
  for (const [target, count] of Object.entries(counts)) {
    for (let index = 0; index < count; index += 1) {
      const run = { id: String(number), place: {}, url: `https://target.example/runs/${number}` };
      const running = { target, phase: 'running', run, ...atStart } as const;
      all.push(store.addEvent(testEvent(number), [testDelivery(number, running)]));
      number += 1;
    }
  }
  await Promise.all(all);
}

const atStart = {
  intendedAtMs: START_MS,
  sinceMs: START_MS,
  dueAtMs: START_MS,
  createdAtMs: START_MS,
};
