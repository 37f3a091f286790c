import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { after } from '../lib/after.ts';
import { PermanentError, TransientError } from '../lib/errors.ts';
import { openLog } from '../lib/log.ts';
import type { Rule } from '../model/rule.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { StoredDelivery } from '../store/store.ts';
import { askToCancel, dismiss } from './asked.ts';
import type { Engine } from './engine.ts';
import { takeIn } from './intake.ts';
import { previewReplay, replay } from './replay.ts';
import { openStandInTarget, patient } from './stand-in.ts';
import { openWorker } from './worker.ts';

test('a dead letter that is replayed starts with a key of its own, and what was stays on the timeline', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'throws', error: new PermanentError('NOT_FOUND', 'no such') });
  const before = await flow.tell();
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'dead');

  const result = await replay(flow.engine, { id: before.id, attempt: 1 }, then);
  await flow.tick();

  assert.deepEqual(result, { kind: 'replayed', attempt: 2 });
  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.attempt], ['running', 2]);
  assert.notEqual(delivery.key, before.key);
  assert.deepEqual(
    flow.target.runs.map(({ key, request }) => ({ key, request })),
    [{ key: delivery.key, request: { pipeline: 3 } }],
  );
  const lines = await flow.engine.store.transitionsOf([before.id]);
  assert.deepEqual(
    lines.map(({ phase }) => phase),
    ['pending', 'starting', 'dead', 'pending', 'starting', 'running', 'running'],
  );
  assert.match(lines[3]?.reason ?? '', /attempt 2, replayed by nick: .*attempt 1, failed/);
});

test('two people who press at once make one new attempt', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();
  await flow.tick();
  flow.target.end('failed');
  flow.later(1000);
  await flow.tick();

  const results = await Promise.all([1, 2, 3].map(() => replay(flow.engine, seen(id), then)));
  await flow.tick();

  assert.equal(results.filter(({ kind }) => kind === 'replayed').length, 1);
  assert.equal(results.filter(({ kind }) => kind === 'already').length, 2);
  assert.equal(flow.target.runs.length, 2);
});

test('what is under way is not replayed, and a lost one only by who knows that it is', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();
  await flow.tick();
  assert.equal((await replay(flow.engine, seen(id), then)).kind, 'refused');

  flow.target.outage = new TransientError('UNANSWERED', 'no answer');
  for (let look = 1; look <= 5; look += 1) {
    flow.later(LOST_AFTER_MS + 1);
    await flow.tick();
  }
  assert.equal((await flow.delivery()).verdict, 'lost');
  const refused = await replay(flow.engine, seen(id), then);
  const forced = await replay(flow.engine, seen(id), { ...then, evenLost: true });

  assert.deepEqual(refused, {
    kind: 'refused',
    because: 'contact with its run was lost: the run may be going on',
  });
  assert.equal(forced.kind, 'replayed');
});

test('the preview shows the request of then, and that the rule would ask for another now', async (t) => {
  const flow = openFlow(t);
  await flow.tell();
  await flow.tick();
  flow.target.end('failed');
  flow.later(1000);
  await flow.tick();
  const changed = { ...flow.engine, rules: [{ ...rule, request: () => ({ pipeline: 4 }) }] };

  const delivery = await flow.delivery();
  const [asThen] = await previewReplay(changed, [delivery], then);
  const [asNow] = await previewReplay(changed, [delivery], { judged: 'now', evenLost: false });

  assert.partialDeepStrictEqual(asThen?.plan, {
    kind: 'replay',
    judged: 'then',
    next: { attempt: 2, request: { pipeline: 3 } },
    differs: 'the rule would ask for another request now',
  });
  assert.partialDeepStrictEqual(asNow?.plan, {
    judged: 'now',
    next: { request: { pipeline: 4 } },
  });
});

test('a rule that could not be evaluated is judged anew, there is no request of then', async (t) => {
  const broken = {
    ...rule,
    request: () => {
      throw new Error('no such key');
    },
  };
  const flow = openFlow(t, broken);
  const { id } = await flow.tell();
  assert.equal((await flow.delivery()).phase, 'dead');
  const stillBroken = await replay(flow.engine, seen(id), then);
  const mended = await replay({ ...flow.engine, rules: [rule] }, seen(id), then);
  await flow.tick();

  assert.deepEqual(stillBroken, {
    kind: 'refused',
    because: 'the rule cannot be evaluated: no such key',
  });
  assert.equal(mended.kind, 'replayed');
  assert.deepEqual(flow.target.runs[0]?.request, { pipeline: 3 });
});

test('canceled before it began, nothing is started, and that is its verdict', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();

  const answer = await askToCancel(flow.engine, { id, attempt: 1 }, nick);
  await flow.tick();

  assert.equal(answer.kind, 'canceled');
  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.verdict], ['ended', 'canceled']);
  assert.equal(delivery.reason, 'canceled by nick: wrong model; nothing was started');
  assert.deepEqual(flow.target.runs, []);
});

test('a run is asked to stop, and its verdict is how it really ended', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();
  await flow.tick();

  await askToCancel(flow.engine, { id, attempt: 1 }, nick);
  assert.equal((await flow.delivery()).phase, 'running');
  await flow.tick();
  assert.deepEqual(flow.target.runs[0]?.state, { kind: 'running', status: 'canceling' });
  assert.equal((await flow.delivery()).verdict, null);
  flow.target.end('succeeded');
  flow.later(1000);
  await flow.tick();

  assert.equal((await flow.delivery()).verdict, 'succeeded', 'it was too late');
});

test('a target that is busy is asked again later, one that refuses is not', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();
  await flow.tick();
  let asks = 0;
  const faults = [new TransientError('BUSY', 'busy'), new PermanentError('NOT_PERMITTED', 'no')];
  flow.target.cancel = async () => {
    asks += 1;
    const fault = faults.shift();
    if (fault) throw fault;
  };

  await askToCancel(flow.engine, { id, attempt: 1 }, nick);
  await flow.tick();
  await flow.tick();
  assert.equal(asks, 1, 'not at once');
  flow.later(2000);
  await flow.tick();
  flow.later(600_000);
  await flow.tick();

  assert.equal(asks, 2);
  const lines = await flow.engine.store.transitionsOf([id]);
  assert(lines.some(({ reason }) => reason === 'cannot be canceled just now: busy'));
  assert(lines.some(({ reason }) => reason === 'cannot be canceled: no'));
});

test('a wish that comes while nobody knows the run is done as soon as it is known', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  const { id } = await flow.tell();
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain');

  const answer = await askToCancel(flow.engine, { id, attempt: 1 }, nick);
  assert.equal(answer.kind, 'asked');
  flow.later(SETTLE_MS);
  await flow.tick();

  assert.equal((await flow.delivery()).phase, 'running');
  assert.deepEqual(flow.target.runs[0]?.state, { kind: 'running', status: 'canceling' });
});

test('a wish for a start that left no run behind ends it, and starts it no more', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'throws', error: new Error('socket hang up') });
  const { id } = await flow.tell();
  await flow.tick();
  await askToCancel(flow.engine, { id, attempt: 1 }, nick);
  flow.later(SETTLE_MS);
  await flow.tick();

  assert.equal((await flow.delivery()).verdict, 'canceled');
  assert.deepEqual(flow.target.runs, []);
});

test('a start that was only put off is canceled without waiting for its next try', async (t) => {
  const flow = openFlow(t);
  const busy = new TransientError('BUSY', 'busy', { retryAfterMs: 600_000 });
  flow.target.faults.push({ kind: 'throws', error: busy });
  const { id } = await flow.tell();
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'waiting');

  await askToCancel(flow.engine, { id, attempt: 1 }, nick);

  assert.equal((await flow.delivery()).verdict, 'canceled');
});

test('a wish that comes during a start that is then put off ends it: it has no next try', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();
  let starts = 0;
  flow.target.start = async () => {
    starts += 1;
    const { kind } = await askToCancel(flow.engine, { id, attempt: 1 }, nick);
    assert.equal(kind, 'asked');
    throw new TransientError('BUSY', 'busy');
  };

  await flow.tick();
  flow.later(600_000);
  await flow.tick();

  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.verdict, starts], ['ended', 'canceled', 1]);
});

test('a run that claims the key of an unclear start is followed at once, and no other is started', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  const { key } = await flow.tell();
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain');

  const claimed = await flow.engine.store.claimKey({ key, run: '1', atMs: flow.engine.now() });
  await flow.tick();

  assert.equal(claimed.kind, 'won');
  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.run?.id], ['running', '1']);
  assert.equal(flow.target.runs.length, 1);
});

test('a claim by a run that does not carry the key is dropped, and the right one found', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  const { key } = await flow.tell();
  await flow.tick();

  await flow.engine.store.claimKey({ key, run: '99', atMs: flow.engine.now() });
  await flow.tick();

  assert.equal((await flow.delivery()).run?.id, '1');
  assert.equal(await flow.engine.store.claimantOf(key), null);
});

test('a claimed run that cannot be seen just now keeps any other from being started', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  const { key } = await flow.tell();
  await flow.tick();
  flow.target.outage = new TransientError('BUSY', 'busy');

  await flow.engine.store.claimKey({ key, run: '1', atMs: flow.engine.now() });
  flow.later(SETTLE_MS);
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain');
  flow.target.outage = null;
  flow.later(600_000);
  await flow.tick();

  assert.equal((await flow.delivery()).run?.id, '1');
  assert.equal(flow.target.runs.length, 1);
});

test('a dead letter is dismissed once, by name, and anything else is not', async (t) => {
  const flow = openFlow(t);
  const { id } = await flow.tell();
  assert.equal(await dismiss(flow.engine, id, nick), 'not_dead');
  flow.target.faults.push({ kind: 'throws', error: new PermanentError('REFUSED', 'no') });
  await flow.tick();

  assert.equal(await dismiss(flow.engine, id, nick), 'dismissed');
  assert.equal(await dismiss(flow.engine, id, nick), 'already');
  assert.equal(await dismiss(flow.engine, 'dlv_none', nick), 'unknown');

  assert.equal((await flow.delivery()).dismissed?.by, 'nick');
  const lines = await flow.engine.store.transitionsOf([id]);
  assert.equal(lines.at(-1)?.reason, 'dismissed by nick: wrong model');
});

test('the target of an unclear start is gone: its run may be going on, so it is lost', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  await flow.tell();
  await flow.tick();
  // A process with a newer configuration may know it: not at once.
  flow.later(900_000);

  const worker = openWorker({ ...flow.engine, targets: new Map() }, []);
  await worker.tick();
  await worker.close();

  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.verdict], ['dead', 'lost']);
});

const SETTLE_MS = 75_000;
const LOST_AFTER_MS = 86_400_000;
const START_MS = 1_767_225_600_000;

const nick = { by: 'nick', why: 'wrong model' };
const then = { ...nick, judged: 'then', evenLost: false } as const;

function seen(id: string) {
  return { id, attempt: 1 };
}

const rule: Rule = {
  name: 'integration-test',
  on: ['model.created'],
  when: null,
  target: 'devops',
  request: () => ({ pipeline: 3 }),
  oneAtATime: null,
  whenBusy: 'queue',
  require: null,
  report: [],
};

/** The engine on a real store, with a target in memory and a clock moved by hand. */
function openFlow(t: TestContext, only: Rule = rule) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-asked-'));
  const target = openStandInTarget();
  let nowMs = START_MS;
  let ids = 0;
  const store = openSqlite(path.join(folder, 'signalbox.db'), () => nowMs);
  const engine: Engine = {
    store,
    owner: 'test',
    rules: [only],
    sources: new Map(),
    targets: new Map([['devops', target]]),
    terms: () => patient,
    proof: () => null,
    settings: {
      settleMs: SETTLE_MS,
      pollMs: 1000,
      longestPollMs: 10_000,
      proofWaitMs: 0,
      lostAfterMs: LOST_AFTER_MS,
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
      return `${prefix}_${String(ids).padStart(4, '0')}`;
    },
    log: openLog('silent'),
    changed: () => undefined,
  };
  const worker = openWorker(engine, []);
  t.after(async () => {
    await worker.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function delivery(): Promise<StoredDelivery> {
    const { deliveries } = await store.listed({}, { limit: 1 });
    const [newest] = deliveries;
    assert(newest);
    return newest;
  }

  return {
    engine,
    target,
    delivery,
    tick: () => worker.tick(),
    later: (ms: number) => {
      nowMs += ms;
    },
    async tell(): Promise<StoredDelivery> {
      await takeIn(engine, {
        identity: 'prod|1',
        source: 'prod',
        type: 'model.created',
        model: 'wine',
        version: '',
        occurredAtMs: START_MS,
        recovered: false,
        fields: { text: '', webhook_id: '' },
      });
      return await delivery();
    },
  };
}
