import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import type { IntakeStore } from './intake-store.ts';

export const SIGNING_SECRET = 'a signing secret of the benchmark';
const MAIN = path.join(import.meta.dirname, 'service-process.ts');

export interface ServiceOptions {
  /** In which its own folder is made. */
  readonly folder: string;
  readonly store?: IntakeStore;
  readonly isIntakeOnly?: boolean;
  /** The port of the service that is called. */
  readonly target?: number;
  readonly postgres?: { readonly url: string; readonly schema: string };
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that listens on a port. */
export interface Listening {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the measured service on an empty store of its own. */
export async function startService(options: ServiceOptions): Promise<Listening> {
  const folder = mkdtempSync(path.join(options.folder, 'service-'));
  const { store, target, postgres, isIntakeOnly, env } = options;
  const words = [
    '--folder',
    folder,
    ...(store === undefined ? [] : ['--store', store]),
    ...(target === undefined ? [] : ['--target', String(target)]),
    ...(postgres === undefined ? [] : ['--postgres', postgres.url, '--schema', postgres.schema]),
    ...(isIntakeOnly === true ? ['--no-worker'] : []),
  ];
  const started = await startListening([MAIN, ...words], { env });
  return {
    ...started,
    async stop() {
      await started.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts a script of Node that says its port on its first line, and ends at SIGTERM. */
async function startListening(
  words: readonly string[],
  { env = {}, cwd }: { env?: Readonly<Record<string, string>> | undefined; cwd?: string } = {},
): Promise<Listening> {
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, BENCH_SECRET: SIGNING_SECRET, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const port = Number(await firstLineOf(child));
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const isOver = await Promise.race([exit.then(() => true), after(STOP_MS)]);
      if (isOver) return;
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const STOP_MS = 10_000;

async function after(ms: number): Promise<false> {
  return await new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });
}

async function firstLineOf({ stdout, ...child }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the process cannot be listened to');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error(`${child.spawnfile} ended before it said its port`);
}
