import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A process that listens on a port. */
export interface Listening {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a script of Node that says its port on its first line, and ends at SIGTERM. */
export async function startListening(
  words: readonly string[],
  { env = {}, cwd }: { env?: Readonly<Record<string, string>> | undefined; cwd?: string } = {},
): Promise<Listening> {
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
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
  throw new Error(`${path.basename(child.spawnargs[1] ?? '')} ended before it said its port`);
}
