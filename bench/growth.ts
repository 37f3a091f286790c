import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { App } from '../src/app.ts';
import { Secret } from '../src/lib/secret.ts';
import { steadyClock } from '../src/lib/steady-clock.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { migratePostgres } from '../src/store/postgres-schema.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Bench, BenchOptions, Measured } from './bench.ts';
import { dedupeLines } from './growth/dedupe.ts';
import { fillPostgres, fillSqlite } from './growth/fill.ts';
import { live, openLife } from './growth/life.ts';
import { figureOf, inTurn, type Rounds, ratioOf } from './rounds.ts';
import { type BenchPostgres, startPostgres } from './systems/postgres.ts';

const SMALL = 10_000;
const MOST = 1.3;

/** What a store's age costs. */
export const growth: Bench = {
  name: 'growth',
  what:
    `A store with ${SMALL.toLocaleString('en')} deliveries that are over, against a large one: what ` +
    'it costs to take an event in, to be told it again, and to carry its delivery through (claim, ' +
    'intent, run, outcome). Without HTTP on either side.',

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const sizes = [SMALL, options.isQuick ? SMALL * 10 : options.rows];
    const postgres = await startPostgres(options.folder, ['max_wal_size=8GB']);
    const lives: Life[] = [];
    try {
      for (const size of sizes) lives.push(await onSqlite(options, size));
      for (const size of sizes) {
        if (postgres) lives.push(await onPostgres(options, postgres, size));
      }
      const rounds = await measure(options, lives);
      return [...linesOf(rounds, lives), ...(await dedupeLines(options))];
    } finally {
      for (const { app } of lives) await app[Symbol.asyncDispose]();
      await postgres?.stop();
    }
  },
};

interface Life {
  readonly database: 'SQLite' | 'Postgres';
  readonly deliveries: number;
  readonly app: App;
  readonly servers: readonly number[];
}

async function onSqlite({ folder, say }: BenchOptions, deliveries: number): Promise<Life> {
  const own = path.join(folder, `sqlite-${deliveries}`);
  mkdirSync(own);
  const file = path.join(own, 'signalbox.db');
  await openSqlite(file, Date.now).close();
  say(`filling SQLite with ${deliveries} deliveries`);
  fillSqlite(file, { deliveries, nowMs: Date.now() });
  const app = openLife(openSqlite(file, steadyClock(Date.now)), own);
  return { database: 'SQLite', deliveries, app, servers: [] };
}

async function onPostgres(
  { folder, say }: BenchOptions,
  postgres: BenchPostgres,
  deliveries: number,
): Promise<Life> {
  const schema = 'signalbox';
  const url = postgres.database(`grown_${deliveries}`);
  const place = { url: new Secret(url), schema };
  await migratePostgres(place);
  say(`filling Postgres with ${deliveries} deliveries`);
  await fillPostgres({ url, schema }, { deliveries, nowMs: Date.now() });
  const app = openLife(await openPostgres(place), folder);
  return { database: 'Postgres', deliveries, app, servers: [postgres.pid] };
}

async function measure(options: BenchOptions, lives: readonly Life[]): Promise<Rounds> {
  const count = options.isQuick ? 640 : 3200;
  // Before it counts: what is compiled late, and pages that are read first.
  for (const { app, servers } of lives) await live({ app, servers, count: 640 });
  const cases = lives.map(({ app, servers, ...of }) => ({
    name: nameOf(of),
    run: () => live({ app, servers, count }),
  }));
  return await inTurn(options, cases);
}

function nameOf({ database, deliveries }: Pick<Life, 'database' | 'deliveries'>): string {
  return `${database} with ${deliveries.toLocaleString('en')}`;
}

const parts = { intake: 'taken in', again: 'told again', carry: 'carried through' } as const;

function linesOf(rounds: Rounds, lives: readonly Life[]): readonly Measured[] {
  const limit = { kind: 'at_most', value: MOST } as const;
  return (['SQLite', 'Postgres'] as const).flatMap((database) => {
    const [small, large] = lives.filter((one) => one.database === database).map(nameOf);
    if (small === undefined || large === undefined) {
      return [{ kind: 'not_run', what: `everything on ${database}`, because: `no ${database}` }];
    }
    return Object.entries(parts).flatMap(([part, says]): readonly Measured[] => {
      const [of, to, figure] = [large, small, `${part}Us`];
      const against = `${says}: ${large} against ${small}`;
      const cpu = { of, to, figure: `${part}CpuUs`, what: `${against}, processor time`, limit };
      return [
        figureOf(rounds, { of: small, figure, what: `${says}: ${small}`, unit: 'µs' }),
        figureOf(rounds, { of, figure, what: `${says}: ${large}`, unit: 'µs' }),
        ratioOf(rounds, { of, to, figure, what: `${against}, time`, limit }),
        ratioOf(rounds, cpu),
      ];
    });
  });
}
