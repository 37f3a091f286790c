import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { BenchOptions, Measured } from '../bench.ts';
import { type Figures, figureOf, inTurn, ratioOf } from '../rounds.ts';
import { percentile } from '../statistics.ts';

const ROWS = 1_000_000;
const TOGETHER = 32;
const BODY = 'x'.repeat(300);

/** What the index against doubles leads with, on a table of a million events told by random ids. */
const indexes = {
  'signed time first': 'unique (source, told_at_ms, identity)',
  'identity alone': 'unique (identity)',
} as const;
type Index = keyof typeof indexes;

/** The index that leads with the time that a sender signed, against one by the identity alone. */
export async function dedupeLines(options: BenchOptions): Promise<readonly Measured[]> {
  const rows = options.isQuick ? ROWS / 10 : ROWS;
  const names = ['signed time first', 'identity alone'] as const;
  const tables = names.map((name) => openTable(options, { name, rows }));
  try {
    const rounds = await inTurn(options, tables);
    const [of, to] = names;
    const at = `${rows.toLocaleString('en')} events, index by`;
    const figure = 'perSecond';
    return [
      figureOf(rounds, { of, figure, what: `${at} ${of}`, unit: '/s' }),
      figureOf(rounds, { of: to, figure, what: `${at} ${to}`, unit: '/s' }),
      ratioOf(rounds, { of, to, figure, what: `${at} ${of} against ${to}` }),
      figureOf(rounds, { of, figure: 'p99Ms', what: `${at} ${of}: a commit, p99`, unit: 'ms' }),
      figureOf(rounds, { of: to, figure: 'p99Ms', what: `${at} ${to}: a commit, p99`, unit: 'ms' }),
    ];
  } finally {
    for (const table of tables) table.close();
  }
}

function openTable(
  { folder, isQuick }: BenchOptions,
  { name, rows }: { readonly name: Index; readonly rows: number },
) {
  const database = new DatabaseSync(path.join(folder, `${name}.db`));
  database.exec(`pragma journal_mode = wal; pragma synchronous = off;
    create table events (id integer primary key, source text not null, told_at_ms bigint not null,
      identity text not null, body text not null, ${indexes[name]})`);
  const insert = database.prepare(`insert into events (source, told_at_ms, identity, body)
    values ('registry', ?, ?, ?) on conflict do nothing`);
  let atMs = 1_790_000_000_000;
  const add = (count: number) => {
    database.exec('begin immediate');
    for (let left = count; left > 0; left -= 1) insert.run((atMs += 1), randomUUID(), BODY);
    database.exec('commit');
  };
  for (let left = rows; left > 0; left -= 10_000) add(Math.min(left, 10_000));
  database.exec('pragma synchronous = full; pragma wal_checkpoint (truncate)');
  const forMs = isQuick ? 300 : 1000;
  return {
    name,
    run: async () => addFor(forMs, () => add(TOGETHER)),
    close: () => database.close(),
  };
}

function addFor(forMs: number, addTogether: () => void): Figures {
  const tookMs: number[] = [];
  const startedMs = performance.now();
  while (performance.now() - startedMs < forMs) {
    const before = performance.now();
    addTogether();
    tookMs.push(performance.now() - before);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { perSecond: (tookMs.length * TOGETHER) / seconds, p99Ms: percentile(tookMs, 0.99) };
}
