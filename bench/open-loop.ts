import path from 'node:path';

import type { Bench, BenchOptions, Measured } from './bench.ts';
import { buildLoad, type Generator } from './load/load.ts';
import { writeRequests } from './load/requests.ts';
import { type Case, type Figures, figureOf, inTurn } from './rounds.ts';
import { SIGNING_SECRET } from './service/bench-config.ts';
import type { IntakeStore } from './service/intake-store.ts';
import { startService } from './service/service.ts';

const RATES = [1000, 3000, 6000] as const;
const CONNECTIONS = 64;
const WARM = 3000;
const OURS = 'ours';
const EACH = 'a commit for each';

/** How late an answer is while webhooks come at a steady rate, whether or not there are answers. */
export const openLoop: Bench = {
  name: 'open-loop',
  what:
    'Signed webhooks at a steady rate, on 64 connections. Late is counted from the moment at which ' +
    'a webhook was due, not from the one at which it could be sent: a service that stalls is not let off.',

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const load = buildLoad(options.folder);
    const seconds = options.isQuick ? 1 : 4;
    const requests = path.join(options.folder, 'requests');
    const count = WARM + seconds * RATES.reduce((sum, rate) => sum + rate, 0);
    const to = { path: '/hooks/registry', signingSecret: SIGNING_SECRET, stage: 'Archived' };
    writeRequests({ ...to, file: requests, count });
    const caseOf = (name: string, store: IntakeStore, rates: readonly number[]): Case => ({
      name,
      run: () => answered(options, { load, requests, seconds, store, rates }),
    });
    const rounds = await inTurn(options, [
      caseOf(OURS, 'as it is', RATES),
      caseOf(EACH, 'one by one', [3000]),
    ]);
    const late = (of: string, rate: number, share: string): Measured =>
      figureOf(rounds, {
        of,
        figure: `${share}Ms at ${rate}`,
        what: `${rate.toLocaleString('en')}/s, ${share}: ${of}`,
        unit: 'ms',
        ...(of === OURS &&
          rate === 3000 &&
          share === 'p99' && { limit: { kind: 'at_most', value: 10 } }),
      });
    const shares = ['p50', 'p99', 'p999'];
    return [
      ...RATES.flatMap((rate) => shares.map((share) => late(OURS, rate, share))),
      ...shares.map((share) => late(EACH, 3000, share)),
    ];
  },
};

interface Wanted {
  readonly load: Generator;
  readonly requests: string;
  readonly seconds: number;
  readonly store: IntakeStore;
  readonly rates: readonly number[];
}

async function answered(
  { folder }: BenchOptions,
  { load, requests, seconds, store, rates }: Wanted,
): Promise<Figures> {
  const service = await startService({ folder, store });
  try {
    const to = { port: service.port, requests, connections: CONNECTIONS };
    let { next } = await load({ ...to, seconds: 20, first: 0, most: WARM });
    const figures: Record<string, number> = {};
    for (const rate of rates) {
      const got = await load({ ...to, seconds, rate, first: next, most: seconds * rate });
      next = got.next;
      figures[`p50Ms at ${rate}`] = got.p50Ms;
      figures[`p99Ms at ${rate}`] = got.p99Ms;
      figures[`p999Ms at ${rate}`] = got.p999Ms;
      figures[`unanswered at ${rate}`] = got.due - got.ok;
    }
    return figures;
  } finally {
    await service.stop();
  }
}
