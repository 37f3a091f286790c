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
  /** Told of each signal that asks us to stop, until what it gives back is called. */
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
    onStop: listenToProcess,
    files: {
      read: (file) => readFileSync(file, 'utf8'),
      write: (file, text) => writeFileSync(file, text, { mode: 0o600 }),
      append: appendFileSync,
    },
  };
}

function ignore(): void {}

const LOOK_EVERY_MS = 500;

/**
 * Signals and, in a CI system, the end of the shell that started us: a step's shell is stopped, and
 * does not pass that on; we would be killed a moment later without having heard of it.
 * Source: microsoft/azure-pipelines-tasks `Tasks/BashV3/bash.ts` (kills its bash on SIGINT)
 */
function listenToProcess(listener: (signal: string) => void): () => void {
  // Who no longer reads must not keep us from canceling a run, and from saying so elsewhere.
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  }
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, listener);
  const parent = process.ppid;
  let isOrphan = false;
  const isCi = Boolean(process.env['TF_BUILD'] ?? process.env['GITHUB_ACTIONS']);
  const timer = setInterval(() => {
    if (!isCi || isOrphan || process.ppid === parent) return;
    isOrphan = true;
    listener('the end of its shell');
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, listener);
  };
}
