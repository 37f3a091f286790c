import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './free-port.ts';

const BINARIES = '/usr/lib/postgresql/*/bin'; // where Debian and Ubuntu put them
const NOBODY = 65_534; // Postgres refuses to run as root

/** A server of the benchmark's own, as Postgres comes: every commit is synced. */
export interface BenchPostgres {
  readonly pid: number;
  /** The address of a database of this name, made new. */
  database(name: string): string;
  /** How often somebody has waited for a lock for longer than `LONG_WAIT_MS` so far. */
  lockWaits(): number;
  stop(): Promise<void>;
}

export const LONG_WAIT_MS = 100;

const SETTINGS = [
  'log_lock_waits=on',
  `deadlock_timeout=${LONG_WAIT_MS}ms`,
  'max_connections=200',
  'logging_collector=off',
];

/**
 * Starts a server in that folder; null: this machine has no Postgres.
 * @throws {Error} it does not start
 */
export async function startPostgres(
  parent: string,
  settings: readonly string[] = [],
): Promise<BenchPostgres | null> {
  const [binaries] = globSync(BINARIES).toSorted().toReversed();
  if (binaries === undefined) return null;
  const folder = path.join(parent, 'postgres');
  mkdirSync(folder);
  const isRoot = process.getuid?.() === 0;
  const who = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  // Who runs it has to be let through to its own folder.
  if (isRoot) for (const one of [parent, folder]) chownSync(one, NOBODY, NOBODY);
  const options = { ...who, cwd: folder, env: { PATH: '/usr/bin:/bin', LANG: 'C', HOME: folder } };
  const data = path.join(folder, 'data');
  const made = spawnSync(
    path.join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb says: ${made.stderr}`);

  const port = await freePort();
  const log = path.join(folder, 'log');
  const server = spawn(
    path.join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1'].concat(
      [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]),
    ),
    { ...options, stdio: ['ignore', 'ignore', openSync(log, 'a')] },
  );
  const exit = once(server, 'exit');
  await untilReady(log);
  return {
    pid: server.pid ?? 0,
    database(name) {
      const psql = path.join(binaries, 'psql');
      const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-q'];
      for (const sql of [`drop database if exists ${name}`, `create database ${name}`]) {
        const { status, stderr } = spawnSync(psql, [...at, '-c', sql], { encoding: 'utf8' });
        if (status !== 0) throw new Error(`psql says: ${stderr}`);
      }
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    lockWaits: () => readFileSync(log, 'utf8').match(/ still waiting for /g)?.length ?? 0,
    async stop() {
      server.kill('SIGINT');
      await exit;
    },
  };
}

const STARTED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

async function untilReady(log: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < STARTED_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    const said = readFileSync(log, 'utf8');
    if (said.includes('ready to accept connections')) return;
    if (said.includes('FATAL')) throw new Error(`Postgres says: ${said}`);
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error('Postgres does not start');
}
