import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { after } from '../lib/after.ts';
import { PermanentError, TransientError } from '../lib/errors.ts';
import { openLog } from '../lib/log.ts';
import type { NewEvent } from '../model/event.ts';
import type { Observation } from '../model/outcome.ts';
import type { Report } from '../model/report.ts';
import type { Rule } from '../model/rule.ts';
import type { Standing } from '../sources/source.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { StoredDelivery } from '../store/store.ts';
import { openDispatcher } from './dispatcher.ts';
import type { Engine } from './engine.ts';
import { takeIn } from './intake.ts';
import { observation, openStandInTarget, patient } from './stand-in.ts';
import { openWorker } from './worker.ts';

test('an event becomes a run, and the run a proven verdict that is written back', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved());
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'running');
  assert.deepEqual(flow.target.runs[0]?.request, { pipeline: 3, model: 'wine' });

  flow.evidence.push(observation('databricks', '77', ended('succeeded')));
  flow.target.end('succeeded');
  flow.later(1000);
  await flow.tick();

  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.verdict], ['reported', 'succeeded']);
  assert.deepEqual(flow.reports.map(({ form, verdict }) => `${form}: ${verdict}`).toSorted(), [
    'comment: succeeded',
    'tags: succeeded',
  ]);
});

test('a lost reply starts nothing twice: the run is found and followed', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  await flow.tell(moved());
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain');

  flow.later(SETTLE_MS - 1);
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain', 'it may still surface');
  flow.later(2);
  await flow.tick();

  assert.equal((await flow.delivery()).phase, 'running');
  assert.equal(flow.target.runs.length, 1);
});

test('a process that dies while it starts a run leaves it to be found', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved());
  await flow.tick();
  // What the dead process has left: the intent, and a run that it never heard of.
  await flow.engine.store.save(
    { ...(await flow.delivery()), phase: 'starting', run: null, dueAtMs: flow.now() + SETTLE_MS },
    { atMs: flow.now() },
  );

  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'starting');
  flow.later(SETTLE_MS);
  await flow.tick();

  assert.equal((await flow.delivery()).phase, 'running');
  assert.equal(flow.target.runs.length, 1);
});

test('a process that was stopped between intent and call does not make the call', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved());
  const { store } = flow.engine;
  const stopped: Engine['store'] = {
    ...store,
    async claimToStart(claim) {
      const claimed = await store.claimToStart(claim);
      flow.later(LEASE_MS + 1);
      return claimed;
    },
  };

  const { signal } = new AbortController();
  const dispatcher = openDispatcher({ ...flow.engine, store: stopped }, signal, () => undefined);
  await dispatcher.round();
  await dispatcher.settled();
  assert.equal((await flow.delivery()).phase, 'starting');
  assert.equal(flow.target.runs.length, 0);
  flow.later(SETTLE_MS);
  await flow.tick();

  assert.equal((await flow.delivery()).phase, 'running');
  assert.equal(flow.target.runs.length, 1);
});

test('a start of which nothing is found is made again, with the same key', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'throws', error: new Error('socket hang up') });
  await flow.tell(moved());
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain');

  flow.later(SETTLE_MS);
  await flow.tick();

  const delivery = await flow.delivery();
  assert.equal(delivery.phase, 'running');
  assert.deepEqual(
    flow.target.runs.map(({ key }) => key),
    [delivery.key],
  );
});

test('looking that fails neither starts nor forgets anything', async (t) => {
  const flow = openFlow(t);
  flow.target.faults.push({ kind: 'reply-lost' });
  flow.target.outage = new TransientError('BUSY', 'busy');
  await flow.tell(moved());
  await flow.tick();
  flow.later(SETTLE_MS);
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'uncertain');

  flow.target.outage = null;
  flow.later(60_000);
  await flow.tick();

  assert.equal((await flow.delivery()).phase, 'running');
  assert.equal(flow.target.runs.length, 1);
});

test('a busy target is tried again when it says so', async (t) => {
  const flow = openFlow(t);
  const busy = new TransientError('BUSY', 'slow down', { retryAfterMs: 7000 });
  flow.target.faults.push({ kind: 'throws', error: busy });
  await flow.tell(moved());
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'waiting');

  flow.later(6999);
  await flow.tick();
  assert.equal(flow.target.runs.length, 0);
  flow.later(1);
  await flow.tick();

  assert.equal((await flow.delivery()).phase, 'running');
});

test('a refused login is a dead letter with the verdict refused, and is written back', async (t) => {
  const flow = openFlow(t);
  const refused = new PermanentError('LOGIN_REFUSED', 'AADSTS7000215: wrong secret');
  flow.target.faults.push({ kind: 'throws', error: refused });
  await flow.tell(moved());
  await flow.tick();
  await flow.tick();

  const delivery = await flow.delivery();
  assert.deepEqual([delivery.phase, delivery.verdict], ['dead', 'refused']);
  assert.match(delivery.reason, /AADSTS7000215/);
  assert.equal(flow.reports[0]?.verdict, 'refused');
});

test('green without the required evidence is unproven, once it had time to appear', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved());
  await flow.tick();
  flow.target.end('succeeded');
  flow.later(1000);
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'running');

  flow.later(PROOF_WAIT_MS);
  await flow.tick();

  assert.equal((await flow.delivery()).verdict, 'unproven');
});

test('a green pipeline whose Databricks run goes on is not over', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved());
  await flow.tick();
  flow.evidence.push(observation('databricks', '77', { kind: 'running', status: 'RUNNING' }));
  flow.target.end('succeeded');
  flow.later(1000);
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'running');

  flow.evidence.splice(0, 1, observation('databricks', '77', ended('failed')));
  flow.later(1000);
  await flow.tick();

  assert.equal((await flow.delivery()).verdict, 'failed');
});

test('a run out of sight is lost in the end: never green, never started again', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved());
  await flow.tick();
  flow.target.outage = new TransientError('UNANSWERED', 'no answer');
  flow.later(LOST_AFTER_MS - 1000);
  await flow.tick();
  assert.equal((await flow.delivery()).phase, 'running');

  for (let look = 2; look <= 4; look += 1) {
    flow.later(LOST_AFTER_MS);
    await flow.tick();
    assert.equal((await flow.delivery()).phase, 'running', 'we may have been stopped ourselves');
  }
  flow.later(LOST_AFTER_MS);
  await flow.tick();

  assert.equal((await flow.delivery()).verdict, 'lost');
  assert.equal(flow.target.runs.length, 1);
});

test('two events of one key run one after the other, and the second says what it waits for', async (t) => {
  const flow = openFlow(t);
  await flow.tell(moved({ identity: 'a' }));
  await flow.tell(moved({ identity: 'b' }));
  await flow.tick();

  const [first, second] = await flow.deliveries();
  assert.equal(flow.target.runs.length, 1);
  assert.equal(second?.phase, 'held');
  assert.equal(second.reason, `one at a time: waits for ${first?.id}`);

  flow.evidence.push(observation('databricks', '77', ended('succeeded')));
  flow.target.end('succeeded');
  flow.later(1000);
  await flow.tick();
  await flow.tick();
  assert.equal(flow.target.runs.length, 2);
});

test('a comment that went unanswered is not written twice, tags are', async (t) => {
  const flow = openFlow(t);
  flow.reportFaults.push(new Error('socket hang up'), new Error('socket hang up'));
  await flow.tell(moved());
  await flow.tick();
  flow.evidence.push(observation('databricks', '77', ended('succeeded')));
  flow.target.end('succeeded');
  flow.later(1000);
  await flow.tick();
  flow.later(60_000);
  await flow.tick();

  const delivery = await flow.delivery();
  assert.deepEqual(
    flow.reports.map(({ form }) => form),
    ['tags'],
  );
  assert.equal(delivery.phase, 'reported');
  assert.match(delivery.reason, /could not be written: comment/);
});

test('what no webhook told is found by comparing, once, and only after the first look', async (t) => {
  const flow = openFlow(t);
  flow.standings.push(standing('1', 'Production', -90_000));
  await flow.tick();
  assert.deepEqual(await flow.deliveries(), [], 'what was there before is not missing');

  flow.standings.push(standing('2', 'Staging', 0));
  flow.later(SURVEY_MS);
  await flow.tick();
  flow.later(SURVEY_MS);
  await flow.tick();

  const [event, ...others] = await flow.engine.store.events(10);
  assert.deepEqual(others, []);
  assert.deepEqual([event?.recovered, event?.version], [true, '2']);
  assert.equal(flow.target.runs.length, 1);
});

test('a registry that cannot be compared is asked again later, and not every second', async (t) => {
  const flow = openFlow(t);
  flow.surveyFaults.push(new TransientError('BUSY', 'busy'), new TransientError('BUSY', 'busy'));
  await flow.tick();
  await flow.tick();
  assert.equal(flow.surveyFaults.length, 1, 'not at once');

  flow.later(1000);
  await flow.tick();
  flow.later(2000);
  await flow.tick();

  assert.deepEqual(flow.surveyFaults, []);
  assert.notEqual(await flow.engine.store.surveyedAt('prod'), null);
});

const SETTLE_MS = 75_000;
const LEASE_MS = 30_000;
const PROOF_WAIT_MS = 60_000;
const LOST_AFTER_MS = 86_400_000;
const SURVEY_MS = 60_000;

/** The engine on a real store, with a target and a registry in memory and a clock moved by hand. */
function openFlow(t: TestContext) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-engine-'));
  const target = openStandInTarget();
  const evidence: Observation[] = [];
  const reports: Report[] = [];
  const reportFaults: Error[] = [];
  const standings: Standing[] = [];
  const surveyFaults: Error[] = [];
  let nowMs = START_MS;
  const store = openSqlite(path.join(folder, 'signalbox.db'), () => nowMs);
  let ids = 0;
  const engine: Engine = {
    store,
    owner: 'test',
    rules: [rule],
    sources: new Map([
      [
        'prod',
        {
          survey: async () => {
            const fault = surveyFaults.shift();
            if (fault) throw fault;
            return standings;
          },
          report: async (report: Report) => {
            const fault = reportFaults.shift();
            if (fault) throw fault;
            reports.push(report);
          },
        },
      ],
    ]),
    targets: new Map([['devops', target]]),
    terms: () => patient,
    proof: () => ({ collect: async () => evidence }),
    settings: {
      settleMs: SETTLE_MS,
      pollMs: 1000,
      longestPollMs: 10_000,
      proofWaitMs: PROOF_WAIT_MS,
      lostAfterMs: LOST_AFTER_MS,
      callMs: 30_000,
      backoff: { firstMs: 1000, longestMs: 60_000 },
      concurrency: 8,
      leaseMs: LEASE_MS,
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
  const worker = openWorker(engine, [{ source: 'prod', everyMs: SURVEY_MS }]);
  t.after(async () => {
    await worker.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function deliveries(): Promise<readonly StoredDelivery[]> {
    return await store.deliveriesOf((await store.events(10)).map(({ id }) => id));
  }

  return {
    engine,
    target,
    evidence,
    reports,
    reportFaults,
    standings,
    surveyFaults,
    deliveries,
    tell: (event: NewEvent) => takeIn(engine, event),
    tick: () => worker.tick(),
    now: () => nowMs,
    later: (ms: number) => {
      nowMs += ms;
    },
    async delivery(): Promise<StoredDelivery> {
      const [only] = await deliveries();
      assert(only);
      return only;
    },
  };
}

const START_MS = 1_767_225_600_000;

const rule: Rule = {
  name: 'integration-test',
  on: ['model_version.stage_changed'],
  when: { text: 'to Staging', holds: (event) => event.fields['to_stage'] === 'Staging' },
  target: 'devops',
  request: (event) => ({ pipeline: 3, model: event.model }),
  oneAtATime: (event) => event.model,
  whenBusy: 'queue',
  require: { type: 'databricks_run', source: 'prod' },
  report: ['tags', 'comment'],
};

function moved(other: Partial<NewEvent> = {}): NewEvent {
  return {
    identity: 'prod|1',
    source: 'prod',
    type: 'model_version.stage_changed',
    model: 'wine',
    version: '7',
    occurredAtMs: START_MS,
    recovered: false,
    fields: { from_stage: 'None', to_stage: 'Staging', text: '', webhook_id: '' },
    ...other,
  };
}

function standing(version: string, stage: string, agoMs: number): Standing {
  return { model: 'wine', version, stage, changedAtMs: START_MS + agoMs };
}

function ended(verdict: 'succeeded' | 'failed') {
  return { kind: 'ended', verdict, reason: verdict } as const;
}
