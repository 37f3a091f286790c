import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A Postgres server for tests, or why there is none. */
export type TestPostgres =
  | {
      readonly kind: 'there';
      readonly url: string;
      /**
       * Ends it without tidying up, and starts it again, after `meanwhile`; null: the server is not
       * ours.
       */
      readonly crash: ((meanwhile?: () => Promise<void>) => Promise<void>) | null;
      close(): Promise<void>;
    }
  | { readonly kind: 'missing'; readonly because: string };

const URL_VARIABLE = 'SIGNALBOX_TEST_POSTGRES';
const BINARIES = '/usr/lib/postgresql/*/bin'; // where Debian and Ubuntu put them
const NOBODY = 65_534; // Postgres refuses to run as root

/** The server that the environment names, else one of our own from the binaries of this machine. */
export async function openTestPostgres(): Promise<TestPostgres> {
  const url = process.env[URL_VARIABLE];
  if (url !== undefined) return { kind: 'there', url, crash: null, close: async () => undefined };
  const [binaries] = globSync(BINARIES).toSorted().toReversed();
  if (binaries === undefined) {
    const because = `no Postgres: set ${URL_VARIABLE}, or install the package postgresql`;
    return { kind: 'missing', because };
  }
  return await startServer(binaries);
}

async function startServer(binaries: string): Promise<TestPostgres> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const who = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const options = { ...who, cwd: folder, env: { PATH: '/usr/bin:/bin', LANG: 'C', HOME: folder } };
  const data = path.join(folder, 'data');
  const initdb = spawn(
    path.join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...options, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    initdb.once('error', reject);
    initdb.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`initdb ended with ${code}`);

  const port = await freePort();
  const start = () => startOn(path.join(binaries, 'postgres'), { data, port, folder }, options);
  let server = await start();
  // Whoever started us may end us in the middle.
  const endToo = () => {
    server.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.on('exit', endToo);
  return {
    kind: 'there',
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async crash(meanwhile = async () => undefined) {
      await end(server, 'SIGQUIT');
      await meanwhile();
      server = await start();
    },
    async close() {
      process.off('exit', endToo);
      await end(server, 'SIGINT');
      rmSync(folder, { recursive: true });
    },
  };
}

interface Place {
  readonly data: string;
  readonly port: number;
  readonly folder: string;
}

async function startOn(program: string, { data, port, folder }: Place, options: SpawnOptions) {
  const args = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'];
  const server = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (text: Buffer) => {
      said = `${said}${text.toString()}`.slice(-LONGEST_SAID);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`Postgres ended: ${said}`)));
  });
  return server;
}

const LONGEST_SAID = 4000; // characters

/** SIGINT ends it tidily, SIGQUIT at once. */
async function end(server: ChildProcess, how: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const exit = once(server, 'exit');
  server.kill(how);
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
