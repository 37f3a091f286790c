import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after as atTheEnd, type TestContext, test } from 'node:test';

import { after } from '../lib/after.ts';
import { openLog } from '../lib/log.ts';
import { Secret } from '../lib/secret.ts';
import type { Rule } from '../model/rule.ts';
import { openPostgres } from '../store/postgres.ts';
import { openClient } from '../store/postgres-connection.ts';
import { migratePostgres } from '../store/postgres-schema.ts';
import { openTestPostgres } from '../store/test-postgres.ts';
import type { Engine } from './engine.ts';
import { takeIn } from './intake.ts';
import { openStandInTarget, patient, type StandInTarget } from './stand-in.ts';
import { openWorker } from './worker.ts';

const server = await openTestPostgres();

if (server.kind === 'missing') {
  test('several processes on one Postgres', { skip: server.because }, () => undefined);
} else {
  atTheEnd(() => server.close());
  severalProcesses(new Secret(server.url));
}

function severalProcesses(url: Secret): void {
  test('three processes share the work: each event is started once, and written back once', async (t) => {
    const target = openStandInTarget();
    const comments: string[] = [];
    const replicas = await openReplicas(t, { url, target, comments });
    const [first] = replicas;
    assert(first);
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    await tellAll(replicas, numbers);

    const workers = replicas.map((engine) => openWorker(engine, []));
    const tickAll = async () => {
      const handled = await Promise.all(workers.map((worker) => worker.tick()));
      return handled.reduce((sum, one) => sum + one, 0);
    };
    while (target.runs.length < numbers.length) await tickAll();
    target.end('succeeded');
    while ((await phases(first)).some((phase) => phase !== 'reported')) await tickAll();
    for (const worker of workers) await worker.close();

    assert.equal(new Set(target.runs.map(({ key }) => key)).size, target.runs.length);
    assert.equal(target.runs.length, numbers.length);
    assert.deepEqual(comments.toSorted(), numbers.map((number) => `wine-${number}`).toSorted());
  });

  test('three processes together start no more runs than a target takes', async (t) => {
    const target = openStandInTarget();
    const opened = await openReplicas(t, { url, target, comments: [] });
    const limits = { concurrent: 3, startsPerMinute: null };
    const replicas = opened.map((engine) => ({ ...engine, terms: () => ({ ...patient, limits }) }));
    const numbers = Array.from({ length: 15 }, (_, index) => index);
    await tellAll(replicas, numbers);
    const workers = replicas.map((engine) => openWorker(engine, []));
    const runsUnderWay = () => target.runs.filter(({ state }) => state.kind === 'running').length;

    let most = 0;
    while (target.runs.length < numbers.length) {
      await Promise.all(workers.map((worker) => worker.tick()));
      most = Math.max(most, runsUnderWay());
      target.end('succeeded');
    }
    for (const worker of workers) await worker.close();

    assert.equal(most, 3);
    assert.equal(new Set(target.runs.map(({ key }) => key)).size, numbers.length);
  });
}

async function tellAll(replicas: readonly Engine[], numbers: readonly number[]): Promise<void> {
  const told = numbers.map(async (number) => {
    const engine = replicas[number % replicas.length];
    assert(engine);
    return await takeIn(engine, {
      identity: `prod|${number}`,
      source: 'prod',
      type: 'model.created',
      model: `wine-${number}`,
      version: '',
      occurredAtMs: 1000 + number,
      recovered: false,
      fields: { text: '', webhook_id: '' },
    });
  });
  await Promise.all(told);
}

async function phases({ store }: Engine): Promise<readonly string[]> {
  const events = await store.events(100);
  return (await store.deliveriesOf(events.map(({ id }) => id))).map(({ phase }) => phase);
}

interface Shared {
  readonly url: Secret;
  readonly target: StandInTarget;
  /** The models that were commented on. */
  readonly comments: string[];
}

/** Three engines as three processes would have them: a store each, on one database. */
async function openReplicas(t: TestContext, { url, target, comments }: Shared): Promise<Engine[]> {
  const place = { url, schema: `test_${randomBytes(6).toString('hex')}` };
  await migratePostgres(place);
  let ids = 0;
  const engines: Engine[] = [];
  t.after(async () => {
    for (const { store } of engines) await store.close();
    const client = await openClient(place);
    await client.query(`drop schema ${place.schema} cascade`);
    await client.end();
  });
  for (const owner of ['a', 'b', 'c']) {
    const store = await openPostgres(place);
    engines.push({
      store,
      owner,
      rules: [rule],
      sources: new Map([
        [
          'prod',
          { report: async ({ model }) => void comments.push(model), survey: async () => [] },
        ],
      ]),
      targets: new Map([['devops', target]]),
      terms: () => patient,
      proof: () => null,
      settings,
      now: () => store.now(),
      after,
      chance: () => 1,
      newId: (prefix) => {
        ids += 1;
        return `${prefix}_${String(ids).padStart(4, '0')}`;
      },
      log: openLog('silent'),
      changed: () => undefined,
    });
  }
  return engines;
}

const settings = {
  settleMs: 60_000,
  pollMs: 1,
  longestPollMs: 10,
  proofWaitMs: 0,
  lostAfterMs: 86_400_000,
  callMs: 30_000,
  backoff: { firstMs: 1, longestMs: 10 },
  concurrency: 8,
  leaseMs: 30_000,
};

const rule: Rule = {
  name: 'integration-test',
  on: ['model.created'],
  when: { text: 'always', holds: () => true },
  target: 'devops',
  request: () => ({ pipeline: 3 }),
  oneAtATime: null,
  whenBusy: 'queue',
  require: null,
  report: ['comment'],
};
