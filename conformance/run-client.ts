import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Checked, checkingInto } from './check.ts';
import type { Client, Prepared } from './client.ts';
import { startSandbox } from './sandbox-process.ts';

/** How one client fared. */
export interface ClientResult {
  readonly client: string;
  readonly isReal: boolean;
  readonly version: string | null;
  readonly passed: readonly string[];
  readonly failed: readonly { readonly check: string; readonly because: string }[];
  readonly notRun: readonly { readonly check: string; readonly because: string }[];
  /** The endpoints that it came to: `databricks POST /api/:version/jobs/run-now`. */
  readonly exercised: readonly string[];
  readonly seconds: number;
}

/** A client, and what it needs on its way. */
export interface ClientOnItsWay {
  readonly client: Client;
  readonly prepared: Promise<Prepared>;
}

/** Brings what the clients need, all at once: that takes longer than most checks. */
export function prepareAll(clients: readonly Client[]): readonly ClientOnItsWay[] {
  return clients.map((client) => ({ client, prepared: prepare(client) }));
}

/** Lets a client make its checks against a sandbox of its own. */
export async function runClient({ client, ...onItsWay }: ClientOnItsWay): Promise<ClientResult> {
  const sentences = client.sentences();
  const prepared = await onItsWay.prepared;
  if (prepared.kind === 'absent') return notRun(client, prepared, sentences);

  const startedMs = performance.now();
  const checked: Checked[] = [];
  const exercised = new Set<string>();
  const why = await meetSandbox(prepared, checked, exercised);
  const made = new Set(checked.map(({ check }) => check));
  const missed = sentences.filter((sentence) => !made.has(sentence));
  const failed = [
    ...checked.flatMap((one) => (one.ok ? [] : [{ check: one.check, because: one.because }])),
    ...missed.map((check) => ({ check, because: why ?? 'it was never come to' })),
    // Even if every check had been made: a client that breaks off has not passed.
    ...(why !== null && missed.length === 0 ? [{ check: 'it runs to its end', because: why }] : []),
  ];
  return {
    client: client.name,
    isReal: client.isReal ?? true,
    version: prepared.version,
    passed: checked.flatMap((one) => (one.ok ? [one.check] : [])),
    failed,
    notRun: [],
    exercised: [...exercised].toSorted(),
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function meetSandbox(
  prepared: Extract<Prepared, { kind: 'ready' }>,
  checked: Checked[],
  exercised: Set<string>,
): Promise<string | null> {
  const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  try {
    await using sandbox = await startSandbox(folder);
    const check = checkingInto((one) => checked.push(one));
    const why = await prepared.run(sandbox, check).then(() => null, wordsOf);
    for (const { direction, service, method, action } of await sandbox.journal()) {
      if (direction === 'in' && action !== null) exercised.add(`${service} ${method} ${action}`);
    }
    return why;
  } catch (error) {
    return `the sandbox: ${wordsOf(error)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function prepare(client: Client): Promise<Prepared> {
  try {
    return await client.prepare();
  } catch (error) {
    // Everything is there, and yet it does not work: a fault, and not a thing missing.
    const run = async () => {
      throw error;
    };
    return { kind: 'ready', version: '', run };
  }
}

function notRun(
  { name, isReal = true }: Client,
  { version, because }: Extract<Prepared, { kind: 'absent' }>,
  sentences: readonly string[],
): ClientResult {
  return {
    client: name,
    isReal,
    version,
    passed: [],
    failed: [],
    notRun: sentences.map((check) => ({ check, because })),
    exercised: [],
    seconds: 0,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
