import path from 'node:path';

import type { Bench, BenchOptions, Measured } from './bench.ts';
import { buildLoad } from './load/load.ts';
import { writeRequests } from './load/requests.ts';
import { type Case, figureOf, inTurn, type Rounds, ratioOf } from './rounds.ts';
import { SIGNING_SECRET } from './service/bench-config.ts';
import { bringPeers, bringRedis } from './systems/bring.ts';
import { bullmq } from './systems/bullmq.ts';
import { type Carry, carry, requestsFor } from './systems/carry.ts';
import { graphileWorker } from './systems/graphile-worker.ts';
import { nodeRed } from './systems/node-red.ts';
import { type BenchPostgres, LONG_WAIT_MS, startPostgres } from './systems/postgres.ts';
import { restate } from './systems/restate.ts';
import { onPostgres, onSqlite } from './systems/signalbox.ts';
import type { System } from './systems/system.ts';

/** From a signed webhook to a kept outcome, against others that take in and call. */
export const endToEnd: Bench = {
  name: 'end-to-end',
  what:
    'A signed webhook is verified and kept, one HTTP call is made of it, and its outcome is kept: ' +
    'how many a second, until the last of them is through. Every system has the same load, service ' +
    'to call and machine. Ours counts when the verdict is in the store, the others when the call is made.',

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const postgres = await startPostgres(options.folder);
    try {
      const { entrants, missing } = gather(options, postgres);
      const rounds = await inTurn(options, casesOf(options, { entrants, postgres }));
      return [...linesOf(rounds, entrants), ...missing];
    } finally {
      await postgres?.stop();
    }
  },
};

interface Entrant {
  readonly system: System;
  /** How many times as much as this one ours is to carry. */
  readonly limits: readonly { readonly ours: string; readonly times: number }[];
  readonly isOnPostgres: boolean;
}

interface Gathered {
  readonly entrants: readonly Entrant[];
  readonly missing: readonly Measured[];
}

function gather({ say }: BenchOptions, postgres: BenchPostgres | null): Gathered {
  const peers = bringPeers(say);
  const redis = bringRedis();
  const missing: Measured[] = [];
  const lacks = (what: string, because: string) => missing.push({ kind: 'not_run', what, because });
  const entrants: Entrant[] = [{ system: onSqlite, limits: [], isOnPostgres: false }];
  const ours = onSqlite.name;
  if (postgres) {
    for (const replicas of [1, 2, 4]) {
      entrants.push({ system: onPostgres(postgres, replicas), limits: [], isOnPostgres: true });
    }
  } else lacks('everything on Postgres', 'no Postgres');
  if (peers.kind === 'missing') {
    lacks('BullMQ, Restate, Node-RED and graphile-worker', peers.because);
    return { entrants, missing };
  }
  if (redis.kind === 'there') {
    const limits = [{ ours, times: 2.5 }];
    entrants.push({ system: bullmq(peers.it), limits, isOnPostgres: false });
  } else lacks('BullMQ', redis.because);
  const limits = [{ ours, times: 6 }];
  entrants.push({ system: restate(peers.it), limits, isOnPostgres: false });
  entrants.push({
    system: nodeRed(peers.it),
    limits: [{ ours, times: 4 }],
    isOnPostgres: false,
  });
  if (postgres) {
    const both = [
      { ours, times: 8 },
      { ours: onPostgres(postgres).name, times: 5 },
    ];
    entrants.push({
      system: graphileWorker(peers.it, postgres),
      limits: both,
      isOnPostgres: true,
    });
  }
  return { entrants, missing };
}

const CONNECTIONS = 32;

function casesOf(
  options: BenchOptions,
  { entrants, postgres }: Pick<Gathered, 'entrants'> & { readonly postgres: BenchPostgres | null },
): readonly Case[] {
  const { folder } = options;
  const load = buildLoad(folder);
  const seconds = options.isQuick ? 1 : 3;
  const prepared = prepare(options, { entrants, seconds });
  return entrants.map(({ system }) => ({
    name: system.name,
    async run() {
      const requests = prepared.get(system.path) ?? '';
      const waits = postgres?.lockWaits() ?? 0;
      const plan: Carry = { folder, load, requests, connections: CONNECTIONS, seconds };
      const figures = await carry(system, plan);
      return { ...figures, lockWaits: (postgres?.lockWaits() ?? 0) - waits };
    },
  }));
}

/** The requests for each path that the systems take webhooks in at. */
function prepare(
  { folder }: BenchOptions,
  { entrants, seconds }: Pick<Gathered, 'entrants'> & { readonly seconds: number },
): ReadonlyMap<string, string> {
  const paths = [...new Set(entrants.map(({ system }) => system.path))];
  return new Map(
    paths.map((to, number) => {
      const file = path.join(folder, `requests-${number}`);
      const count = requestsFor(seconds);
      writeRequests({ file, count, path: to, signingSecret: SIGNING_SECRET, stage: 'Production' });
      return [to, file];
    }),
  );
}

function linesOf(rounds: Rounds, entrants: readonly Entrant[]): readonly Measured[] {
  const perSecond = entrants.map(({ system: { name: of } }) =>
    figureOf(rounds, { of, figure: 'perSecond', what: of, unit: '/s' }),
  );
  const ratios = entrants.flatMap(({ system, limits }) =>
    limits.map(({ ours, times }) =>
      ratioOf(rounds, {
        of: ours,
        to: system.name,
        figure: 'perSecond',
        what: `${ours} against ${system.name}`,
        limit: { kind: 'at_least', value: times },
      }),
    ),
  );
  const waits = entrants
    .filter(({ isOnPostgres, limits }) => isOnPostgres && limits.length === 0)
    .map(({ system: { name: of } }) =>
      figureOf(rounds, {
        of,
        figure: 'lockWaits',
        what: `${of}: waits for a lock of over ${LONG_WAIT_MS} ms`,
        unit: '',
        limit: { kind: 'at_most', value: 0 },
      }),
    );
  const costs = entrants.map(({ system: { name: of } }) =>
    figureOf(rounds, { of, figure: 'cpuUs', what: `${of}: processor time for each`, unit: 'µs' }),
  );
  return [...perSecond, ...ratios, ...waits, ...costs];
}
