import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Generator, Loaded } from '../load/load.ts';
import { secondsOf } from '../processor.ts';
import type { Figures } from '../rounds.ts';
import { type Listening, startListening } from '../service/listening.ts';
import type { Running, System } from './system.ts';

const CALLED = path.join(import.meta.dirname, '../load/called-process.ts');
const WARM = 500;
const MOST_A_SECOND = 12_000;

/** How many requests have to be prepared for that many seconds. */
export function requestsFor(seconds: number): number {
  return WARM + seconds * MOST_A_SECOND;
}

export interface Carry {
  readonly folder: string;
  readonly load: Generator;
  /** Requests for the system's own path. */
  readonly requests: string;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Sends a system as many webhooks as it takes in that time, and waits until each is carried through:
 * taken in, the service called, and the outcome kept.
 *
 * @throws {Error} one was refused, or not carried through within a minute
 */
export async function carry(system: System, options: Carry): Promise<Figures> {
  const folder = mkdtempSync(path.join(options.folder, 'system-'));
  const called = await startListening([CALLED]);
  try {
    const running = await system.start({ folder, target: called.port });
    try {
      return await carryOn({ running, called }, options);
    } finally {
      await running.stop();
    }
  } finally {
    await called.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Both {
  readonly running: Running;
  readonly called: Listening;
}

async function carryOn(both: Both, options: Carry): Promise<Figures> {
  const { running } = both;
  await sendAll(running, { ...options, seconds: 20, first: 0, most: WARM });
  await untilCarried(both, WARM);

  const usedS = secondsOf(running.pids);
  const startedMs = performance.now();
  const most = options.seconds * MOST_A_SECOND;
  const loaded = await sendAll(running, { ...options, first: WARM, most });
  const sum = (of: (one: Loaded) => number) => loaded.reduce((all, one) => all + of(one), 0);
  const ok = sum((one) => one.ok);
  const wrong = sum((one) => one.refused + one.broken);
  if (wrong > 0) throw new Error(`${wrong} of ${ok + wrong} webhooks were refused`);
  await untilCarried(both, WARM + ok);
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    perSecond: ok / seconds,
    acceptedPerSecond: sum((one) => one.ok / one.seconds),
    acceptedP99Ms: Math.max(...loaded.map((one) => one.p99Ms)),
    cpuUs: ((secondsOf(running.pids) - usedS) * 1e6) / ok,
  };
}

interface Sending extends Omit<Carry, 'folder'> {
  readonly first: number;
  readonly most: number;
}

/** Shares the connections, and the requests, among the processes that take webhooks in. */
async function sendAll(
  { ports }: Running,
  { load, connections, most, first, ...rest }: Sending,
): Promise<readonly Loaded[]> {
  return await Promise.all(
    ports.map((port, at) =>
      load({
        ...rest,
        port,
        connections: Math.ceil(connections / ports.length),
        first: first + Math.round((at * most) / ports.length),
        most: Math.round(most / ports.length),
      }),
    ),
  );
}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;

async function untilCarried({ running, called }: Both, wanted: number): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const count = await countOf(called);
    if (count >= wanted && (await running.open()) === 0) return;
    if (performance.now() > untilMs) throw new Error(`${count} of ${wanted} were called`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function countOf({ port }: Listening): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/count`)).text());
}
