import { createHmac, randomUUID } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { openApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/lib/log.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

/*
 * The one place where this suite touches the product: its composition root and routes to put events
 * in, the port of its store to see what is there.
 */

const STORE_FILE = 'signalbox.db';
const SECRET = randomUUID();
const BASE_MS = 1_767_225_600_000;
const EVERYTHING = 1_000_000;

/** Read once: a process opens hundreds of stores. */
let config: Config | undefined;

/** The real intake on a store in that folder, without a worker and without a network. */
export interface Intake {
  /** Sends a signed webhook call through the routes; what was answered, and the event's id. */
  tell(number: number): Promise<Told>;
  /** Stores that a start of the event's first delivery was tried that often; durable when resolved. */
  intend(event: string, tries: number): Promise<void>;
  close(): Promise<void>;
}

export type Told =
  | { readonly kind: 'acknowledged'; readonly event: string }
  | { readonly kind: 'refused'; readonly status: number };

/** @throws {ConfigError} the store cannot be opened */
export function openIntake(folder: string): Intake {
  config ??= loadConfig(path.join(import.meta.dirname, 'signalbox.yaml'), {
    env: { CHAOS_CREDENTIAL: 'none', CHAOS_SIGNING_SECRET: SECRET },
  });
  const app = openApp({
    config,
    storeFile: path.join(folder, STORE_FILE),
    pagesFolder: folder,
    browse: null,
    fetch: () => Promise.reject(new Error('there is no network here')),
    now: Date.now,
    log: openLog('silent'),
  });
  const { store } = app.engine;

  return {
    async tell(number) {
      const body = bodyOf(number);
      const signature = createHmac('sha256', SECRET).update(body).digest('hex');
      const headers = { 'x-databricks-signature': signature };
      const request = new Request('http://127.0.0.1/hooks/registry', {
        method: 'POST',
        headers,
        body,
      });
      const response = await app.routes.fetch(request);
      const answer: unknown = await response.json();
      const event: unknown =
        typeof answer === 'object' && answer ? Reflect.get(answer, 'event') : undefined;
      return response.ok && typeof event === 'string'
        ? { kind: 'acknowledged', event }
        : { kind: 'refused', status: response.status };
    },
    async intend(event, tries) {
      const [first] = await store.deliveriesOf([event]);
      if (!first) throw new Error(`event ${event} has no delivery`);
      const saved = { ...first, phase: 'starting' as const, tries, intendedAtMs: BASE_MS + tries };
      await store.save(saved, { say: `try ${tries}`, atMs: BASE_MS + tries });
    },
    async close() {
      await app[Symbol.asyncDispose]();
    },
  };
}

function bodyOf(number: number): string {
  return JSON.stringify({
    event: 'MODEL_VERSION_TRANSITIONED_STAGE',
    webhook_id: 'c5596721253c4b429368cf6f4341b88a',
    event_timestamp: BASE_MS + number,
    model_name: `model-${number % 7}`,
    version: String(number),
    to_stage: isSometimes(number) ? 'Production' : 'Staging',
    from_stage: 'None',
    text: 'a change of stage. '.repeat((number * 7) % 40),
  });
}

function isSometimes(number: number): boolean {
  return number % 3 === 0;
}

/** How many deliveries the rules make of that event. */
export function deliveriesFor(number: number): number {
  return isSometimes(number) ? 2 : 1;
}

/** One event as the store has it: its number, how many deliveries it has, how often tried. */
export interface FoundEvent {
  readonly number: number;
  readonly deliveries: number;
  readonly tries: number;
}

/**
 * Opens the store as the service would after the lights are on again, and reads everything.
 *
 * It also has to work: an event that is there is told again, and must be a duplicate.
 * @throws {Error} it cannot be opened, or is damaged
 */
export async function findEvents(folder: string): Promise<readonly FoundEvent[]> {
  const store = openSqlite(path.join(folder, STORE_FILE), Date.now);
  try {
    const events = await store.events(EVERYTHING);
    const deliveries = await store.deliveriesOf(events.map(({ id }) => id));
    const [known] = events;
    if (known) {
      const again = await store.addEvent({ ...known, id: 'evt_again' }, []);
      if (again.kind !== 'duplicate') throw new Error('a known event was taken in a second time');
    }
    return foundIn(events, deliveries);
  } finally {
    await store.close();
  }
}

function foundIn(
  events: readonly { readonly id: string; readonly version: string }[],
  deliveries: readonly { readonly event: string; readonly tries: number }[],
): readonly FoundEvent[] {
  const triesOf = new Map<string, number[]>(events.map(({ id }) => [id, []]));
  for (const { event, tries } of deliveries) triesOf.get(event)?.push(tries);
  return events.map(({ id, version }) => {
    const tries = triesOf.get(id) ?? [];
    return { number: Number(version), deliveries: tries.length, tries: Math.max(0, ...tries) };
  });
}

/** What SQLite itself finds wrong with the file; empty: nothing. */
export function integrityOf(folder: string): readonly string[] {
  const database = new DatabaseSync(path.join(folder, STORE_FILE));
  try {
    const wrong = database
      .prepare('pragma integrity_check')
      .all()
      .map((row) => String(Object.values(row)[0]))
      .filter((text) => text !== 'ok');
    const strays = database.prepare('pragma foreign_key_check').all();
    return [...wrong, ...strays.map((row) => `stray row ${JSON.stringify(row)}`)];
  } finally {
    database.close();
  }
}
