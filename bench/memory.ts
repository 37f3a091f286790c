import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildPackage } from '../tools/build.ts';
import type { Bench, BenchOptions, Measured } from './bench.ts';
import { buildLoad } from './load/load.ts';
import { writeRequests } from './load/requests.ts';
import { residentMb } from './processor.ts';
import { type Figures, figureOf, inTurn } from './rounds.ts';
import { SIGNING_SECRET } from './service/bench-config.ts';
import { startListening } from './service/listening.ts';
import { openDeliveries, startService } from './service/service.ts';
import { freePort } from './systems/free-port.ts';

const CONFIG = path.join(import.meta.dirname, 'service/signalbox.yaml');
const CALLED = path.join(import.meta.dirname, 'load/called-process.ts');
/** Long enough for what starting has left behind to settle. */
const SETTLE_MS = 3000;
const FOLLOWED = 10_000;

/** How soon the service answers, and how much memory it holds. */
export const memory: Bench = {
  name: 'memory',
  what:
    '`signalbox serve` of the npm package on an empty store: from the start of the process to its ' +
    'first 200, and what it holds when nothing happens. And the service, from the source, while it ' +
    `follows ${FOLLOWED.toLocaleString('en')} runs.`,

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const built = path.join(options.folder, 'package');
    await buildPackage(built);
    const program = path.join(built, 'signalbox.js');
    const followed = options.isQuick ? FOLLOWED / 10 : FOLLOWED;
    const follows = `following ${followed.toLocaleString('en')} runs`;
    const rounds = await inTurn(options, [
      { name: 'idle', run: () => idle(options, program) },
      { name: 'following', run: () => following(options, followed) },
    ]);
    return [
      figureOf(rounds, { of: 'idle', figure: 'readyMs', what: 'first 200', unit: 'ms' }),
      figureOf(rounds, {
        of: 'idle',
        figure: 'mb',
        what: 'when nothing happens',
        unit: 'MB',
        limit: { kind: 'at_most', value: 90 },
      }),
      figureOf(rounds, {
        of: 'following',
        figure: 'mb',
        what: follows,
        unit: 'MB',
        limit: { kind: 'at_most', value: 200 },
      }),
    ];
  },
};

async function idle({ folder }: BenchOptions, program: string): Promise<Figures> {
  const data = mkdtempSync(path.join(folder, 'data-'));
  const port = await freePort();
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [program, 'serve', '-c', CONFIG, '-d', data, '-l', `127.0.0.1:${port}`],
    { stdio: 'ignore', env: { BENCH_SECRET: SIGNING_SECRET } },
  );
  await untilHealthy(port);
  const readyMs = performance.now() - startedMs;
  await sleep(SETTLE_MS);
  const mb = residentMb(child.pid ?? 0);
  child.kill('SIGTERM');
  await once(child, 'exit');
  return { readyMs, mb };
}

const STARTED_WITHIN_MS = 30_000;

async function untilHealthy(port: number): Promise<void> {
  const untilMs = performance.now() + STARTED_WITHIN_MS;
  while (performance.now() < untilMs) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(2);
  }
  throw new Error('the service does not answer');
}

const STARTED_ALL_WITHIN_MS = 120_000;
/** Every run is looked at more than once meanwhile. */
const FOLLOW_MS = 12_000;

async function following({ folder }: BenchOptions, runs: number): Promise<Figures> {
  const load = buildLoad(folder);
  const requests = path.join(folder, 'requests');
  const to = { path: '/hooks/registry', signingSecret: SIGNING_SECRET, stage: 'Production' };
  writeRequests({ ...to, file: requests, count: runs });
  const called = await startListening([CALLED]);
  const service = await startService({ folder, target: called.port, isNeverOver: true });
  try {
    const at = { port: service.port, requests, connections: 16 };
    const { ok } = await load({ ...at, seconds: 120, first: 0, most: runs });
    if (ok !== runs) throw new Error(`${runs - ok} webhooks were refused`);
    const untilMs = performance.now() + STARTED_ALL_WITHIN_MS;
    while (openDeliveries(service.storeFile, 'running') < runs) {
      if (performance.now() > untilMs) throw new Error('not all runs were started');
      await sleep(200);
    }
    await sleep(FOLLOW_MS);
    return { mb: residentMb(service.pid) };
  } finally {
    await service.stop();
    await called.stop();
  }
}
