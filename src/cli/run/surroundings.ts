import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import type { Fetch } from '../../lib/fetch.ts';

/** Everything around a run that is not its own: what a test hands in instead. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Resolves after this time, or once `until` is aborted. */
  readonly sleep: (ms: number, until: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** Results, line by line: stdout. */
  readonly result: (line: string) => void;
  /** Everything else, and the orders to the CI system: stderr. */
  readonly progress: (line: string) => void;
  /** Told of each SIGINT and SIGTERM, until what it gives back is called. */
  readonly onStop: (listener: (signal: string) => void) => () => void;
  readonly files: Files;
}

export interface Files {
  readonly read: (file: string) => string;
  readonly write: (file: string, text: string) => void;
  readonly append: (file: string, text: string) => void;
}

/** The surroundings of this process. */
export function processSurroundings(): Surroundings {
  return {
    env: process.env,
    fetch: globalThis.fetch,
    now: Date.now,
    sleep: (ms, until) => wait(ms, undefined, { signal: until }).catch(() => undefined),
    chance: Math.random,
    result: (line) => console.log(line),
    progress: (line) => console.error(line),
    onStop(listener) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    files: {
      read: (file) => readFileSync(file, 'utf8'),
      write: (file, text) => writeFileSync(file, text, { mode: 0o600 }),
      append: appendFileSync,
    },
  };
}
