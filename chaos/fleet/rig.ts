import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { Client } from 'pg';

import { openTestPostgres, type TestPostgres } from '../../src/store/test-postgres.ts';
import { startChild } from './child.ts';
import { makeOrganization, type Organization, serviceConfig } from './organization.ts';
import { openReplica, type Replica } from './replica.ts';
import { type FleetSandbox, openSandbox } from './sandbox.ts';
import { openStoreReader, type StoreReader } from './store-reader.ts';

/** The sandbox, the database and the replicas, all up. */
export interface Rig extends AsyncDisposable {
  readonly sandbox: FleetSandbox;
  readonly replicas: readonly Replica[];
  readonly organization: Organization;
  readonly reader: StoreReader;
  /** Ends the database without tidying up, and starts it again; null: it is a file. */
  readonly crashDatabase: (() => Promise<void>) | null;
}

export interface RigOptions {
  readonly folder: string;
  readonly replicas: number;
  readonly store: 'sqlite' | 'postgres';
  /** `engine:` of the service's configuration. */
  readonly engine: Readonly<Record<string, string>>;
}

const CLI = path.join(import.meta.dirname, '../../src/main.ts');

type Postgres = Extract<TestPostgres, { kind: 'there' }>;

/**
 * Starts everything, in a folder of its own.
 * @throws {Error} there is no Postgres on this machine, or something did not start
 */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { folder, store } = options;
  await using opened = new AsyncDisposableStack();
  const organization = makeOrganization(options.replicas);
  const sandbox = opened.use(await openSandbox(folder, organization));
  const postgres = store === 'postgres' ? await openPostgres() : null;
  if (postgres) opened.defer(() => postgres.close());
  const replicas: Replica[] = [];
  for (const at of organization.replicas.keys()) {
    const made = await makeReplica(at, { ...options, organization, sandbox, postgres });
    replicas.push(opened.use(made));
  }
  if (postgres) await migrate(folder, postgres.url);
  const data = path.join(folder, 'data');
  const reader = opened.use(openStoreReader(postgres?.url ?? path.join(data, 'signalbox.db')));
  await Promise.all(replicas.map((replica) => replica.start()));
  const closing = opened.move();
  return {
    sandbox,
    replicas,
    organization,
    reader,
    crashDatabase: postgres?.crash ?? null,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function openPostgres(): Promise<Postgres> {
  const postgres = await openTestPostgres();
  if (postgres.kind === 'missing') throw new Error(postgres.because);
  // A server that the environment names may remember the last time.
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('drop schema if exists signalbox cascade');
  await client.end();
  return postgres;
}

interface Making extends RigOptions {
  readonly organization: Organization;
  readonly sandbox: FleetSandbox;
  readonly postgres: Postgres | null;
}

async function makeReplica(at: number, making: Making): Promise<Replica> {
  const { folder, organization, sandbox, postgres, engine } = making;
  const own = organization.replicas[at];
  if (!own) throw new RangeError(`there is no replica ${at}`);
  const name = `replica-${at}`;
  const config = path.join(folder, `${name}.yaml`);
  const isPostgres = postgres !== null;
  // JSON is YAML, too.
  writeFileSync(config, JSON.stringify(serviceConfig(own.clientId, { isPostgres, engine })));
  const data = path.join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return await openReplica({
    name,
    clientId: own.clientId,
    config,
    data,
    log: path.join(folder, `${name}.log`),
    port: await freePort(),
    sandboxPort: sandbox.proxyPort,
    databasePort: postgres ? Number(new URL(postgres.url).port) : null,
    environment: (sandboxPort, databasePort) => ({
      ...baseEnvironment(folder),
      ...sandbox.environment(sandboxPort),
      FLEET_SECRET: own.secret,
      FLEET_SIGNING_SECRET: organization.signingSecret,
      ...(postgres && { FLEET_POSTGRES: withPort(postgres.url, databasePort) }),
    }),
  });
}

function withPort(address: string, port: number | null): string {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
}

/** Whoever is killed writes no compiled code down: it is kept from one time to the next. */
const COMPILED = path.join(import.meta.dirname, '../../node_modules/.cache/fleet');

function baseEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    NODE_COMPILE_CACHE: COMPILED,
  };
}

async function migrate(folder: string, url: string): Promise<void> {
  const log = path.join(folder, 'migrate.log');
  const env = { ...baseEnvironment(folder), FLEET_POSTGRES: url, FLEET_SECRET: 'none' };
  const config = path.join(folder, 'replica-0.yaml');
  const child = startChild([CLI, 'store', 'migrate', `--config=${config}`], {
    env: { ...env, FLEET_SIGNING_SECRET: 'none' },
    log,
  });
  const code = await child.ended;
  if (code !== 0) throw new Error(`store migrate ended with ${code}: ${readFileSync(log, 'utf8')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Copies the logs and the store out of a rig's folder, for a person to look at. */
export function keepRig(folder: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const names = ['replica-0', 'replica-1', 'replica-2', 'sandbox'].map((name) => `${name}.log`);
  for (const name of [...names, 'ledger', 'data/signalbox.db', 'data/signalbox.db-wal']) {
    const from = path.join(folder, name);
    if (existsSync(from)) copyFileSync(from, path.join(to, path.basename(name)));
  }
}
