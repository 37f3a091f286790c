import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { pino } from 'pino';

import { openApp } from '../../src/app.ts';
import { listen } from '../../src/http/server.ts';
import { openLog } from '../../src/lib/log.ts';
import { Secret } from '../../src/lib/secret.ts';
import { steadyClock } from '../../src/lib/steady-clock.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { benchConfig } from './bench-config.ts';
import { intakeStores, withIntake } from './intake-store.ts';
import { plainHttp } from './plain-http.ts';

/**
 * The service that is measured: wired and served as `signalbox serve` does it, with another target,
 * and where the comparison asks for it with another store.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    store: { type: 'string', default: 'as it is' },
    /** The port of the service that is called. */
    target: { type: 'string' },
    postgres: { type: 'string' },
    schema: { type: 'string' },
    /** Runs go on for ever. */
    'never-over': { type: 'boolean', default: false },
    /** Only the intake: nothing is started. */
    'no-worker': { type: 'boolean', default: false },
  },
});

const storeFile = path.join(values.folder, 'signalbox.db');
const intake = intakeStores.find((one) => one === values.store);
if (!intake) throw new Error(`--store is one of ${intakeStores.join(', ')}`);
const app = openApp({
  config: benchConfig(targetOf(values.target)),
  storeFile,
  store: withIntake(await openStore(), intake, path.join(values.folder, 'intake.log')),
  pagesFolder: path.join(values.folder, 'pages'),
  browse: null,
  fetch: () => Promise.reject(new Error('there is no network here')),
  now: Date.now,
  // As much is logged as by default; the standard output says the port.
  log: openLog('info', pino.destination(os.devNull)),
});
const server = await listen(app, { host: '127.0.0.1', port: 0 });
process.stdout.write(`${new URL(server.url).port}\n`);
const stopped = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve());
});
const running = values['no-worker'] ? Promise.resolve() : app.worker.run();
await stopped;
await server[Symbol.asyncDispose]();
await app[Symbol.asyncDispose]();
await running;

function targetOf(port: string | undefined) {
  if (port === undefined) return null;
  const settings = { url: `http://127.0.0.1:${port}/run`, isNeverOver: values['never-over'] };
  return { kind: plainHttp, settings };
}

async function openStore(): Promise<Store> {
  const { postgres, schema } = values;
  if (postgres === undefined) return openSqlite(storeFile, steadyClock(Date.now));
  const url = new Secret(postgres);
  return await openPostgres({ url, ...(schema !== undefined && { schema }) });
}
