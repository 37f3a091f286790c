import path from 'node:path';

import { type Child, startChild } from './child.ts';
import { type Link, openLink } from './link.ts';
import { within } from './within.ts';

/** One `signalbox serve`, with its own wires to the sandbox and to the database. */
export interface Replica extends AsyncDisposable {
  readonly name: string;
  readonly clientId: string;
  readonly url: string;
  readonly toSandbox: Link;
  /** null: its store is a file. */
  readonly toDatabase: Link | null;
  /** Starts it, and resolves once it listens. */
  start(): Promise<void>;
  /** `kill -9`; resolves once it is dead. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Asks it to stop, as a person would. */
  stop(): Promise<void>;
  /** How often it ended although nobody had ended it, and was started again. */
  collapses(): number;
  /** null: it is not there. */
  pid(): number | null;
}

export interface ReplicaOptions {
  readonly name: string;
  readonly clientId: string;
  readonly config: string;
  readonly data: string;
  readonly log: string;
  readonly port: number;
  readonly sandboxPort: number;
  readonly databasePort: number | null;
  readonly environment: (
    sandboxPort: number,
    databasePort: number | null,
  ) => Record<string, string>;
}

const MAIN = path.join(import.meta.dirname, '../../src/main.ts');
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;

/** Lays the wires of a replica, and starts nothing yet. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const { name, clientId, config, data, port } = options;
  const toSandbox = await openLink(options.sandboxPort);
  const toDatabase = options.databasePort === null ? null : await openLink(options.databasePort);
  const url = `http://127.0.0.1:${port}`;
  const process = supervise(
    [
      MAIN,
      'serve',
      `--config=${config}`,
      `--data=${data}`,
      `--listen=127.0.0.1:${port}`,
      '--log-level=warn',
    ],
    { env: options.environment(toSandbox.port, toDatabase?.port ?? null), log: options.log },
  );
  return {
    name,
    clientId,
    url,
    toSandbox,
    toDatabase,
    async start() {
      const isWanted = process.start();
      await within(READY_WITHIN_MS, `${name} to listen`, async () => {
        if (!isWanted()) throw new Error(`${name} is not wanted any more`);
        return await listens(url);
      });
    },
    kill: () => process.end('SIGKILL'),
    pause: () => process.child()?.signal('SIGSTOP'),
    resume: () => process.child()?.signal('SIGCONT'),
    stop: () => process.end('SIGTERM'),
    collapses: process.collapses,
    pid() {
      const child = process.child();
      return child && !child.isOver() ? child.pid : null;
    },
    async [Symbol.asyncDispose]() {
      await process.end('SIGKILL');
      await toSandbox[Symbol.asyncDispose]();
      await toDatabase?.[Symbol.asyncDispose]();
    },
  };
}

async function listens(url: string): Promise<true | null> {
  const answer = await fetch(`${url}/api/status`).catch(() => null);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.ok ? true : null;
}

/** A process that is started again where it ends by itself, until it is ended. */
function supervise(args: readonly string[], how: Parameters<typeof startChild>[1]) {
  let current: Child | null = null;
  /** Counts how often it was started and ended on purpose. */
  let wish = 0;
  let collapses = 0;

  async function keepUp(mine: number): Promise<void> {
    for (;;) {
      current = startChild(args, how);
      await current.ended;
      if (mine !== wish) return;
      collapses += 1;
    }
  }

  return {
    child: () => current,
    collapses: () => collapses,
    /** Resolves to a function that says whether it is still the same wish. */
    start(): () => boolean {
      wish += 1;
      const mine = wish;
      void keepUp(mine);
      return () => mine === wish;
    },
    async end(name: 'SIGKILL' | 'SIGTERM'): Promise<void> {
      wish += 1;
      const child = current;
      child?.signal('SIGCONT');
      child?.signal(name);
      const timer = setTimeout(() => child?.signal('SIGKILL'), STOP_WITHIN_MS);
      await child?.ended;
      clearTimeout(timer);
    },
  };
}
