import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestPostgres } from '../../src/store/test-postgres.ts';
import { memoryFolder } from '../memory-folder.ts';
import { type FleetOptions, fleetSuite } from './fleet-suite.ts';
import { kinds } from './verdict.ts';

const usual: Omit<FleetOptions, 'store' | 'replicas' | 'events'> = {
  folder: memoryFolder(),
  kills: 10,
  seed: '1',
  rate: 40,
  pace: 'quick',
  isWeak: false,
  forMs: 120_000,
  keepIn: null,
  say: () => undefined,
};

const postgres = await openTestPostgres();
const skip = postgres.kind === 'missing' ? postgres.because : false;
if (postgres.kind === 'there') await postgres.close();

test('one service on a file is killed ten times, and loses, doubles and forgets nothing', async () => {
  const report = await fleetSuite({ ...usual, store: 'sqlite', replicas: 1, events: 300 });

  assert.deepEqual(wrongsIn(report.findings), []);
  assert.equal(report.acknowledged, 300);
  assert.equal(report.collapses, 0);
  assert.ok(report.blown.kills >= 10, `${report.blown.kills} kills`);
});

test('three services on Postgres are killed ten times, and lose, double and forget nothing', {
  skip,
}, async () => {
  const report = await fleetSuite({ ...usual, store: 'postgres', replicas: 3, events: 400 });

  assert.deepEqual(wrongsIn(report.findings), []);
  assert.equal(report.acknowledged, 400);
  assert.equal(report.collapses, 0);
  assert.ok(report.blown.kills >= 10, `${report.blown.kills} kills`);
});

test('a service that does not wait before it looks is found out: runs are started twice', async () => {
  const report = await fleetSuite({
    ...usual,
    store: 'sqlite',
    replicas: 1,
    events: 150,
    kills: 0,
    isWeak: true,
  });

  assert.ok(report.findings.startedTwice.length > 0);
  assert.deepEqual(report.findings.lost, []);
});

function wrongsIn(findings: Awaited<ReturnType<typeof fleetSuite>>['findings']) {
  return kinds.flatMap((kind) => findings[kind].map((one) => `${kind}: ${one}`));
}
