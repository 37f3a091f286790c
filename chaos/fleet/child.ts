import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** A process that we started; it does not outlive us, however we end but for a kill -9. */
export interface Child {
  readonly pid: number;
  /** Resolves to its exit code once it has ended; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  isOver(): boolean;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
}

const living = new Set<ChildProcess>();

// Also after an interrupt or a failure: nothing else would end them.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** Starts Node with a script; what it says goes into the file. */
export function startChild(
  args: readonly string[],
  { env, log }: { readonly env: Readonly<Record<string, string>>; readonly log: string },
): Child {
  const out = openSync(log, 'a', 0o600);
  const child = spawn(process.execPath, [...args], {
    env: { ...env },
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  living.add(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      living.delete(child);
      resolve(code);
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    isOver: () => !living.has(child),
    signal: (name) => void child.kill(name),
  };
}
