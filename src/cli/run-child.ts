import type { ChildProcess } from 'node:child_process';

import { exitCodes } from './exit-codes.ts';

/** Passes our signals on to a child process, and resolves to its exit code. */
export async function runChild(child: ChildProcess): Promise<number> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? exitCodes.interrupted));
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}
