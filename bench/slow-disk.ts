import path from 'node:path';

import type { Bench, BenchOptions, Measured } from './bench.ts';
import { compile } from './load/compile.ts';
import { buildLoad } from './load/load.ts';
import { writeRequests } from './load/requests.ts';
import { type Case, figureOf, inTurn, ratioOf } from './rounds.ts';
import { SIGNING_SECRET } from './service/bench-config.ts';
import type { IntakeStore } from './service/intake-store.ts';
import { startService } from './service/service.ts';

const SLOWER_BY_MS = 2;
const CONNECTIONS = 64;
const WARM = 500;
const MOST = 60_000;

/** What writing together is worth where a sync takes its time. */
export const slowDisk: Bench = {
  name: 'slow-disk',
  what: `Signed webhooks on 64 connections, where each sync of the disk takes ${SLOWER_BY_MS} ms longer than it does here, as on a cloud's volume.`,

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const { folder } = options;
    const load = buildLoad(folder);
    const library = compile('slow-sync.c', ['-shared', '-fPIC', '-ldl'], folder);
    const requests = path.join(folder, 'requests');
    const to = { path: '/hooks/registry', signingSecret: SIGNING_SECRET, stage: 'Archived' };
    writeRequests({ ...to, file: requests, count: MOST });
    const seconds = options.isQuick ? 1 : 3;
    const env = { LD_PRELOAD: library, SLOW_SYNC_US: String(SLOWER_BY_MS * 1000) };
    const caseOf = (name: string, store: IntakeStore): Case => ({
      name,
      async run() {
        const service = await startService({ folder, store, env });
        try {
          const at = { port: service.port, requests, connections: CONNECTIONS };
          const { next } = await load({ ...at, seconds: 20, first: 0, most: WARM });
          const { ok, seconds: tookS, p99Ms } = await load({ ...at, seconds, first: next });
          return { perSecond: ok / tookS, p99Ms };
        } finally {
          await service.stop();
        }
      },
    });
    const rounds = await inTurn(options, [
      caseOf('ours', 'as it is'),
      caseOf('a commit for each', 'one by one'),
    ]);
    return [
      figureOf(rounds, { of: 'ours', figure: 'perSecond', what: 'ours', unit: '/s' }),
      figureOf(rounds, {
        of: 'a commit for each',
        figure: 'perSecond',
        what: 'a commit for each',
        unit: '/s',
      }),
      ratioOf(rounds, {
        of: 'ours',
        to: 'a commit for each',
        figure: 'perSecond',
        what: 'ours against a commit for each',
        limit: { kind: 'at_least', value: 15 },
      }),
      figureOf(rounds, { of: 'ours', figure: 'p99Ms', what: 'ours: answered, p99', unit: 'ms' }),
    ];
  },
};
