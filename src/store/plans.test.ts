import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';

import { Secret } from '../lib/secret.ts';
import type { Dialect } from './dialect.ts';
import { answer, openClient } from './postgres-connection.ts';
import { migratePostgres } from './postgres-schema.ts';
import { openSqliteFile } from './sqlite-file.ts';
import { claimToStart } from './starts.ts';
import { play, playSlowly, type Statement } from './statement.ts';
import type { StartClaim } from './store.ts';
import { openTestPostgres } from './test-postgres.ts';

/*
 * A claim must cost the same with ten million rows as with ten: so none of its statements may look
 * at all deliveries, or at all that wait.
 */

test('on SQLite every statement of a claim goes by an index, and sorts nothing', (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-plans-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'signalbox.db');
  const opened = openSqliteFile(file);
  const statements = opened.use((database) => {
    for (const text of [EVENT, overSql(2000), pendingSql(500)]) database.exec(text);
    return recorded((record) => {
      for (const claim of claims) {
        play(claimToStart(dialect, claim), (statement) => {
          record(statement);
          return database.run(statement);
        });
      }
    });
  });
  opened.close();

  const database = new DatabaseSync(file);
  for (const { parts, values } of statements) {
    const text = parts.join('?').replace(/for update of \w+( skip locked)?/, '');
    const plan = database.prepare(`explain query plan ${text}`).all(...values);
    const steps = plan.map((step) => String(step['detail']));
    const slow = steps.filter((step) => isSlowOnSqlite(step, text));
    assert.deepEqual(slow, [], text);
  }
  database.close();
  assert.ok(statements.length >= 12, `${statements.length} statements`);
});

/** Numbering the few that were found sorts those few. */
function isSlowOnSqlite(step: string, text: string): boolean {
  const isScan = /^SCAN (deliveries|[dhqr])$/.test(step);
  return isScan || (step === 'USE TEMP B-TREE FOR ORDER BY' && !text.includes('row_number'));
}

test('on Postgres every statement of a claim goes by an index, and sorts no more than it takes', async (t) => {
  const server = await openTestPostgres();
  if (server.kind === 'missing') return t.skip(server.because);
  const place = { url: new Secret(server.url), schema: `test_${randomBytes(6).toString('hex')}` };
  await migratePostgres(place);
  const client = await openClient(place);
  t.after(async () => {
    await client.query(`drop schema ${place.schema} cascade`);
    await client.end();
    await server.close();
  });
  for (const text of [EVENT, overSql(30_000), pendingSql(10_000), 'analyze']) {
    await client.query(text);
  }

  const statements: Statement[] = [];
  for (const claim of claims) {
    await playSlowly(claimToStart(dialect, claim), async (statement) => {
      statements.push(statement);
      return await answer(client, statement);
    });
  }

  for (const { parts, values } of new Map(statements.map((one) => [one.parts, one])).values()) {
    const text = parts.map((part, index) => (index === 0 ? part : `$${index}${part}`)).join('');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.doesNotMatch(plan, /Seq Scan on deliveries/, `${text}\n${plan}`);
    if (text.includes('order by d.turn')) assert.doesNotMatch(plan, /Sort/, plan);
  }
});

function recorded(run: (record: (statement: Statement) => void) => void): readonly Statement[] {
  const found = new Map<TemplateStringsArray, Statement>();
  run((statement) => found.set(statement.parts, statement));
  return [...found.values()];
}

const NOW_MS = 2_000_000;

const dialect: Dialect = {
  // oxlint-disable-next-line require-yield -- the clock stands still
  *clock() {
    return NOW_MS;
  },
  *lock() {},
  // oxlint-disable-next-line require-yield -- there is nobody else
  *tryLock() {
    return true;
  },
  *hold() {},
};

/** Several, so that there is something to be called, given a turn, held and counted. */
const claims: readonly StartClaim[] = [1, 2, 3].map(() => ({
  owner: 'a',
  leaseMs: 1000,
  settleMs: -1,
  targets: [
    { name: 'devops', room: 32, limits: { concurrent: 1_000_000, startsPerMinute: 600_000 } },
  ],
  heard: [],
  chance: 1,
}));

const EVENT = `insert into events (id, identity, told_at_ms, source, type, model, version,
    occurred_at_ms, received_at_ms, recovered, fields)
  values ('evt', 'i', 0, 'prod', 'model.created', 'm', '', 1, 1, 0, '{}')`;

const COLUMNS = `id, event, rule, target, phase, attempt, key, request, lane, one_at_a_time,
  holds_key, reports, tries, since_ms, due_at_ms, created_at_ms, verdict, reason, turn`;

function overSql(count: number): string {
  return `
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into deliveries (${COLUMNS})
    select 'a' || (1000000 + i), 'evt', 'over-' || i, 'devops', 'reported', 1, 'k', '{}', 'r:m',
      'r:' || (i % 1000), case when i % 1000 = 0 then 1 else 0 end, '[]', 0, 1, 1, 1,
      'succeeded', 'x', cast(null as integer) from n`;
}

/** Every other one with a key; some have become due and have no turn yet, some are held. */
function pendingSql(count: number): string {
  return `
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into deliveries (${COLUMNS})
    select 'b' || (1000000 + i), 'evt', 'pending-' || i, 'devops',
      case when i % 10 = 0 then 'held' else 'pending' end, 1, 'k', '{}', 'r:' || (i % 7),
      case when i % 2 = 0 then 'r:' || (i % 50) end, case when i % 2 = 0 then 1 else 0 end, '[]',
      0, 1, 1, 1, cast(null as text), 'x', case when i % 5 = 0 then null else i end from n`;
}
