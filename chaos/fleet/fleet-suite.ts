import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { blowsFor } from './blows.ts';
import { type Load, openLoad } from './load.ts';
import { keepRig, openRig, type Rig } from './rig.ts';
import { type Blown, rage } from './storm.ts';
import { count, type Findings, judge } from './verdict.ts';
import { endings, weather } from './weather.ts';

export interface FleetOptions {
  /** Where everything lies while it runs. */
  readonly folder: string;
  readonly store: 'sqlite' | 'postgres';
  readonly replicas: number;
  readonly events: number;
  readonly kills: number;
  readonly seed: string;
  /** Events a second, at most. */
  readonly rate: number;
  readonly pace: keyof typeof PACES;
  /** The service looks at once and not after a while, and runs surface late: doubles have to be found. */
  readonly isWeak: boolean;
  /** After so long no more is told, and what has been told is judged. */
  readonly forMs: number;
  /** Logs and store of a run in which something was wrong are kept here; null: nowhere. */
  readonly keepIn: string | null;
  /** Hears how it goes, in words. */
  readonly say: (line: string) => void;
}

/** What came of one configuration. */
export interface FleetReport {
  readonly store: FleetOptions['store'];
  readonly replicas: number;
  readonly seed: string;
  readonly isWeak: boolean;
  readonly told: number;
  readonly acknowledged: number;
  /** Tellings without an answer, or with another than 2xx. */
  readonly refused: number;
  readonly toldTwice: number;
  readonly deliveries: number;
  readonly runs: number;
  /** Deliveries of which it was not known whether a run had started. */
  readonly uncertain: number;
  /** Of these, those whose run was there and was found. */
  readonly found: number;
  readonly blown: Blown;
  /** How often each fault of the sandbox struck. */
  readonly faults: Readonly<Record<string, number>>;
  /** Replicas that ended although nobody ended them. */
  readonly collapses: number;
  /** After the storm, until the last delivery was over. */
  readonly settledInMs: number;
  readonly ms: number;
  /** Resident memory at the end, in MiB. */
  readonly memory: Readonly<Record<string, number>>;
  readonly findings: Findings;
  readonly wrongs: number;
}

/** A machine that is busy for long needs more patience: a call given up too soon makes more work. */
const PACES = {
  quick: { leaseMs: 2000, settleMs: 6000, callMs: 2000 },
  steady: { leaseMs: 5000, settleMs: 15_000, callMs: 8000 },
} as const;

/** More than this is not open at a time: the load waits for the service, as a registry does not. */
const MOST_OPEN = 300;
const SETTLES_WITHIN_MS = 120_000;
const WATCH_MS = 500;
const SAY_EVERY = 20;

/** Runs one configuration from the first event to the judgement. */
export async function fleetSuite(options: FleetOptions): Promise<FleetReport> {
  const startedMs = performance.now();
  const folder = mkdtempSync(path.join(options.folder, 'fleet-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // Also after an interrupt.
  process.once('exit', remove);
  try {
    const report = await storm(options, folder);
    if (report.wrongs > 0 && options.keepIn !== null) keepRig(folder, options.keepIn);
    return { ...report, ms: Math.round(performance.now() - startedMs) };
  } catch (error) {
    if (options.keepIn !== null) keepRig(folder, options.keepIn);
    throw error;
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function storm(options: FleetOptions, folder: string): Promise<FleetReport> {
  const { replicas, seed, isWeak, store, events, rate } = options;
  const { leaseMs, settleMs, callMs } = PACES[options.pace];
  const engine = {
    settle: `${isWeak ? 1 : settleMs}ms`,
    lease: `${leaseMs}ms`,
    call_timeout: `${callMs}ms`,
    poll: `${callMs / 4}ms`,
    proof_wait: `${settleMs}ms`,
  };
  await using rig = await openRig({ folder, replicas, store, engine });
  const bad = weather(seed, { isHarsh: isWeak });
  const faults = bad.map(({ id }) => id);
  for (const rule of [...endings(seed), ...bad]) await rig.sandbox.addFault(rule);
  const { signal } = deadlineOf(options.forMs);
  const urls = rig.replicas.map(({ url }) => url);
  const { signingSecret } = rig.organization;
  const ledger = path.join(folder, 'ledger');
  const load = openLoad({ events, rate, seed, urls, signingSecret, ledger, signal });
  const watched = watch(rig, load, options);
  const blows = blowsFor({ ...options, leaseMs, settleMs });
  const loading = load.run();
  const blown = await rage({ rig, load, events, seed, signal }, blows);
  await loading;

  const strikes = await rig.sandbox.strikes();
  const stormOverMs = performance.now();
  for (const id of faults) await rig.sandbox.removeFault(id);
  await settle(rig);
  const settledInMs = Math.round(performance.now() - stormOverMs);
  watched.stop();
  const memory = memoryOf(rig);
  await Promise.all(rig.replicas.map((replica) => replica.stop()));
  const judged = await examine(rig, load, events);
  return {
    store,
    replicas,
    seed,
    isWeak,
    acknowledged: load.acknowledged.size,
    ...load.counts,
    blown,
    faults: Object.fromEntries([...strikes].filter(([id]) => faults.includes(id))),
    collapses: rig.replicas.reduce((sum, replica) => sum + replica.collapses(), 0),
    settledInMs,
    ms: 0,
    memory,
    ...judged,
  };
}

/** The load ends then; whatever it has told by then is judged. */
function deadlineOf(forMs: number): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(forMs) };
}

/** Keeps the load from running away from the service, and says how far it is. */
function watch(rig: Rig, load: Load, { say, events }: FleetOptions): { stop(): void } {
  const stopping = new AbortController();
  const { signal } = stopping;
  void (async () => {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const open = await rig.reader.open();
      if (open !== null) load.hold(open > MOST_OPEN);
      if (turn % SAY_EVERY === 0) say(`${load.acknowledged.size} of ${events}, ${open} open`);
      await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return { stop: () => stopping.abort() };
}

/** Waits until all is over; what is not by then is judged as it stands. */
async function settle({ reader }: Rig): Promise<void> {
  const deadline = performance.now() + SETTLES_WITHIN_MS;
  while ((await reader.open()) !== 0 && performance.now() < deadline) await sleep(WATCH_MS);
}

function memoryOf({ sandbox, replicas }: Rig): Readonly<Record<string, number>> {
  const pids = [
    ['sandbox', sandbox.child.pid] as const,
    ...replicas.map((replica) => [replica.name, replica.pid()] as const),
  ];
  return Object.fromEntries(
    pids.flatMap(([name, pid]) => (pid === null ? [] : [[name, residentMib(pid)] as const])),
  );
}

function residentMib(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024);
  } catch {
    return 0; // no Linux: then nobody is told
  }
}

async function examine({ reader, sandbox }: Rig, load: Load, events: number) {
  const deliveries = await reader.deliveries();
  const builds = await sandbox.builds();
  const { acknowledged, contradictions } = load;
  const stored = await reader.events();
  const comments = sandbox.comments();
  const judged = judge({ events, acknowledged, stored, deliveries, builds, comments });
  const findings = { ...judged, doubled: [...judged.doubled, ...contradictions] };
  return {
    deliveries: deliveries.length,
    runs: builds.length,
    ...(await reader.doubts()),
    findings,
    wrongs: count(findings),
  };
}
