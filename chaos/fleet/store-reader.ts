import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { Pool } from 'pg';
import { z } from 'zod';

/** Looks at the service's store from outside, past all of its code. */
export interface StoreReader extends AsyncDisposable {
  /** How many deliveries are not over, or have a report that is not written; null: it does not answer. */
  open(): Promise<number | null>;
  events(): Promise<readonly StoredEvent[]>;
  deliveries(): Promise<readonly StoredDelivery[]>;
  /** Of how many deliveries it was not known whether a run had started, and of how many it was found. */
  doubts(): Promise<Doubts>;
}

const Doubts = z.object({ uncertain: z.coerce.number(), found: z.coerce.number() });
type Doubts = z.infer<typeof Doubts>;

const StoredEvent = z.object({ id: z.string(), occurred_at_ms: z.coerce.number() });
/** An event as it lies in the store. */
export type StoredEvent = z.infer<typeof StoredEvent>;

const StoredDelivery = z.object({
  id: z.string(),
  event: z.string(),
  rule: z.string(),
  key: z.string(),
  phase: z.string(),
  verdict: z.string().nullable(),
  reason: z.string(),
  run: z.string().nullable(),
});
/** A delivery as it lies in the store. */
export type StoredDelivery = z.infer<typeof StoredDelivery>;

const OPEN = `select
  (select count(*) from deliveries where verdict is null)
  + (select count(*) from reports where state in ('pending', 'writing')) as open`;
const DOUBTS = `select
  (select count(distinct delivery) from transitions where phase = 'uncertain') as uncertain,
  (select count(distinct delivery) from transitions where reason like 'found the run%') as found`;
const EVENTS = 'select id, occurred_at_ms from events';
const DELIVERIES =
  'select id, event, rule, key, phase, verdict, reason, cast(run as text) as run from deliveries';

/** Opens the SQLite file or the Postgres database for reading. */
export function openStoreReader(place: string): StoreReader {
  const ask = place.startsWith('postgres:') ? askPostgres(place) : askSqlite(place);
  return {
    async open() {
      const rows = await ask.all(OPEN).catch(() => null);
      return rows && z.object({ open: z.coerce.number() }).parse(rows[0]).open;
    },
    events: async () => z.array(StoredEvent).parse(await ask.all(EVENTS)),
    doubts: async () => Doubts.parse((await ask.all(DOUBTS))[0]),
    deliveries: async () => z.array(StoredDelivery).parse(await ask.all(DELIVERIES)),
    [Symbol.asyncDispose]: () => ask.close(),
  };
}

interface Asked {
  all(sql: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

function askSqlite(file: string): Asked {
  return {
    async all(sql) {
      if (!existsSync(file)) throw new Error(`${file} is not there`);
      using database = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
      return database.prepare(sql).all();
    },
    close: async () => undefined,
  };
}

function askPostgres(url: string): Asked {
  const options = '-c search_path=signalbox';
  const pool = new Pool({ connectionString: url, max: 1, options });
  // The server is ended on purpose now and then.
  pool.on('error', () => undefined);
  return {
    all: async (sql) => (await pool.query<Record<string, unknown>>(sql)).rows,
    close: () => pool.end(),
  };
}
