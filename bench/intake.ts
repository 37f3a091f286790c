import path from 'node:path';

import type { Bench, BenchOptions, Measured } from './bench.ts';
import { buildLoad, type Generator } from './load/load.ts';
import { writeRequests } from './load/requests.ts';
import { secondsOf } from './processor.ts';
import { type Case, type Figures, figureOf, inTurn, type Rounds, ratioOf } from './rounds.ts';
import { SIGNING_SECRET } from './service/bench-config.ts';
import { type IntakeStore, intakeStores } from './service/intake-store.ts';
import { startListening } from './service/listening.ts';
import { startService } from './service/service.ts';

const CONNECTIONS = [1, 32, 128] as const;
const WARM = 3000;

/** What a registry's events become before they are stored. */
const events = {
  plain: { stage: 'Archived', says: 'no rule matches', isIntakeOnly: false },
  // Nothing is started here: what that costs is measured from end to end.
  matched: { stage: 'Production', says: 'one delivery each', isIntakeOnly: true },
} as const;
type Events = keyof typeof events;

/** Signed webhooks into the real service, against the same service that stores in other ways. */
export const intake: Bench = {
  name: 'intake',
  what:
    'Signed webhooks into the service (its own HTTP server, verification, rules), each durable ' +
    'before it is answered; against the same service that stores nothing, that commits each by ' +
    'itself, and that appends to a file with fdatasync.',

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const load = buildLoad(options.folder);
    const seconds = options.isQuick ? 1 : 2;
    const requests = prepare(options, seconds);
    const cases = (['plain', 'matched'] as const).flatMap((kind) =>
      intakeStores.map((store): Case => {
        const run = () =>
          onService(options, { load, store, kind, requests: requests[kind], seconds });
        return { name: `${store}, ${events[kind].says}`, run };
      }),
    );
    const nothing = () => onNothing({ load, requests: requests.plain, seconds });
    const rounds = await inTurn(options, [{ name: NOTHING, run: nothing }, ...cases]);
    return [...linesFor(rounds, 'plain'), ...linesFor(rounds, 'matched'), ...limitsOfLoad(rounds)];
  },
};

const NOTHING = 'nothing';
const CALLED = path.join(import.meta.dirname, 'load/called-process.ts');

/** What the load generator can do: against a server that answers, and does nothing else. */
async function onNothing({
  load,
  requests,
  seconds,
}: Pick<Wanted, 'load' | 'requests' | 'seconds'>): Promise<Figures> {
  const server = await startListening([CALLED]);
  try {
    const figures: Record<string, number> = {};
    for (const connections of CONNECTIONS) {
      const got = await load({ port: server.port, requests, connections, seconds, first: 0 });
      figures[`perSecond ${connections}`] = got.ok / got.seconds;
    }
    return figures;
  } finally {
    await server.stop();
  }
}

function limitsOfLoad(rounds: Rounds): readonly Measured[] {
  return CONNECTIONS.map((connections) =>
    figureOf(rounds, {
      of: NOTHING,
      figure: `perSecond ${connections}`,
      what: `${connections === 1 ? '1 connection' : `${connections} connections`}: the load alone, against a server that only answers`,
      unit: '/s',
    }),
  );
}

const FASTEST = 45_000; // a second: more is not sent

function prepare({ folder }: BenchOptions, seconds: number): Readonly<Record<Events, string>> {
  const count = WARM + CONNECTIONS.length * seconds * FASTEST;
  const files = { plain: path.join(folder, 'plain'), matched: path.join(folder, 'matched') };
  for (const kind of ['plain', 'matched'] as const) {
    const { stage } = events[kind];
    const to = { path: '/hooks/registry', signingSecret: SIGNING_SECRET };
    writeRequests({ ...to, file: files[kind], count, stage });
  }
  return files;
}

interface Wanted {
  readonly load: Generator;
  readonly store: IntakeStore;
  readonly kind: Events;
  readonly requests: string;
  readonly seconds: number;
}

async function onService(
  { folder }: BenchOptions,
  { load, store, kind, requests, seconds }: Wanted,
): Promise<Figures> {
  const { isIntakeOnly } = events[kind];
  const service = await startService({ folder, store, isIntakeOnly });
  try {
    const to = { port: service.port, requests };
    let { next } = await load({ ...to, connections: 32, seconds: 10, first: 0, most: WARM });
    const figures: Record<string, number> = {};
    for (const connections of CONNECTIONS) {
      const usedS = secondsOf([service.pid]);
      const got = await load({ ...to, connections, seconds, first: next });
      next = got.next;
      if (got.refused + got.broken > 0) throw new Error(`${got.refused + got.broken} refused`);
      figures[`perSecond ${connections}`] = got.ok / got.seconds;
      figures[`cpuUs ${connections}`] = ((secondsOf([service.pid]) - usedS) * 1e6) / got.ok;
      figures[`p99Ms ${connections}`] = got.p99Ms;
    }
    return figures;
  } finally {
    await service.stop();
  }
}

function linesFor(rounds: Rounds, kind: Events): readonly Measured[] {
  const { says } = events[kind];
  const name = (store: IntakeStore) => `${store}, ${says}`;
  const of = name('as it is');
  return CONNECTIONS.flatMap((connections) => {
    const at = `${connections} ${connections === 1 ? 'connection' : 'connections'}, ${says}`;
    const figure = `perSecond ${connections}`;
    const perSecond = intakeStores.map((store) =>
      figureOf(rounds, { of: name(store), figure, what: `${at}: ${titles[store]}`, unit: '/s' }),
    );
    const cpu = { of, figure: `cpuUs ${connections}`, what: `${at}: processor time`, unit: 'µs' };
    const ratios = limitsAt(connections).flatMap(({ to, atLeast }) => {
      const what = `${at}: ours against ${titles[to]}`;
      const limit = { kind: 'at_least', value: atLeast } as const;
      return [
        ratioOf(rounds, { of, to: name(to), figure, what, limit }),
        // Steadier on a machine that others use, and the same where one core is the limit.
        ratioOf(rounds, {
          of: name(to),
          to: of,
          figure: cpu.figure,
          what: `${what}, for the same processor time`,
        }),
      ];
    });
    const late = { of, figure: `p99Ms ${connections}`, what: `${at}: answered, p99`, unit: 'ms' };
    return [...perSecond, ...ratios, figureOf(rounds, cpu), figureOf(rounds, late)];
  });
}

const titles: Readonly<Record<IntakeStore, string>> = {
  'as it is': 'ours',
  none: 'no store',
  'one by one': 'a commit for each',
  'append log': 'an append log',
};

interface Comparison {
  readonly to: IntakeStore;
  readonly atLeast: number;
}

/** With one connection there is nothing to be written together, and nothing to be compared. */
function limitsAt(connections: (typeof CONNECTIONS)[number]): readonly Comparison[] {
  switch (connections) {
    case 1:
      return [];
    case 32:
      return [
        { to: 'none', atLeast: 0.6 },
        { to: 'one by one', atLeast: 3 },
        { to: 'append log', atLeast: 0.95 },
      ];
    case 128:
      return [
        { to: 'none', atLeast: 0.8 },
        { to: 'append log', atLeast: 0.95 },
      ];
  }
}
