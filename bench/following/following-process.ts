import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/lib/log.ts';
import type { NewDelivery, Store } from '../../src/store/store.ts';
import { openAnswers } from './answers.ts';

/**
 * The service with many running deliveries, following them through a stretch of time that goes by as
 * fast as it can; prints what it took.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    runs: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
    /** Only puts the deliveries into the store: what that takes is not to be counted. */
    fill: { type: 'boolean', default: false },
  },
});

const CONFIG = `
version: 1
identities:
  sp: {type: entra, tenant: 16b3c013-d300-468d-ac64-7eda0820b6d3, client_id: 5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21, client_secret: "\${env:SECRET}"}
sources:
  registry:
    type: databricks-registry
    host: https://adb-1.1.azuredatabricks.net
    identity: sp
    signing_secrets: ["\${env:SECRET}"]
targets:
  devops:
    type: azure-pipelines
    organization: https://dev.azure.com/contoso
    project: ml
    identity: sp
`;

/** The runs have been going on for anything up to ten hours. */
const OLDEST_MS = 10 * 3_600_000;
const STEP_MS = 2500;

const file = path.join(values.folder, 'signalbox.yaml');
writeFileSync(file, CONFIG);
const answers = openAnswers();
let nowMs = Date.now();
await using app = openApp({
  config: loadConfig(file, { env: { SECRET: 'a-secret-of-the-bench' } }),
  storeFile: path.join(values.folder, 'signalbox.db'),
  pagesFolder: values.folder,
  browse: null,
  fetch: answers.fetch,
  now: () => nowMs,
  log: openLog('silent'),
});
const runs = Number(values.runs);
if (values.fill) await fill(app.engine.store, runs);
else process.stdout.write(JSON.stringify(await follow(Number(values.minutes))));

async function follow(minutes: number) {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  await settle();
  const first = { calls: answers.calls(), seconds: (performance.now() - startedMs) / 1000 };
  for (let ms = 0; ms < minutes * 60_000; ms += STEP_MS) {
    nowMs += STEP_MS;
    await settle();
  }
  const { user, system } = process.cpuUsage(before);
  return {
    megabytes: process.resourceUsage().maxRSS / 1024,
    'calls a minute': (answers.calls() - first.calls) / minutes,
    'seconds to see all': first.seconds,
    'processor, percent': ((user + system) / 1e6 / (minutes * 60)) * 100,
  };
}

async function settle(): Promise<void> {
  while ((await app.worker.tick()) > 0);
}

async function fill(store: Store, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1000) {
    const thousand = Array.from({ length: Math.min(1000, count - number) }, (_, at) => number + at);
    await Promise.all(thousand.map((one) => add(store, one, nowMs - (one / count) * OLDEST_MS)));
  }
}

async function add(store: Store, number: number, sinceMs: number): Promise<void> {
  const event = {
    id: `evt_${number}`,
    identity: `registry|${number}`,
    source: 'registry',
    type: 'model.created',
    model: `model-${number}`,
    version: '',
    occurredAtMs: sinceMs,
    receivedAtMs: sinceMs,
    recovered: false,
    fields: { text: '', webhook_id: '' },
  } as const;
  await store.addEvent(event, [deliveryOf(number, sinceMs)]);
}

function deliveryOf(number: number, sinceMs: number): NewDelivery {
  return {
    id: `dlv_${number}`,
    rule: 'release',
    target: 'devops',
    lane: '',
    phase: 'running',
    attempt: 1,
    key: String(number).padStart(52, 'a'),
    request: { pipeline: 3, parameters: { model_name: `model-${number}` } },
    oneAtATime: null,
    whenBusy: 'queue',
    requirement: { type: 'databricks_run', source: 'registry' },
    reports: [],
    tries: 0,
    intendedAtMs: sinceMs,
    sinceMs,
    dueAtMs: sinceMs,
    createdAtMs: sinceMs,
    run: { id: String(1000 + number), place: {}, url: `https://dev.azure.com/run/${number}` },
    seen: null,
    seenAtMs: null,
    verdict: null,
    reason: 'run started',
  };
}
