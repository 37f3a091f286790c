import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Bench, BenchOptions, Measured } from './bench.ts';
import { bodyOf } from './load/requests.ts';
import { type Figures, figureOf, inTurn } from './rounds.ts';
import { SIGNING_SECRET } from './service/bench-config.ts';
import { median, percentile } from './statistics.ts';
import { startPostgres } from './systems/postgres.ts';
import { onPostgres, onSqlite } from './systems/signalbox.ts';
import type { System } from './systems/system.ts';

/** How soon a run is started when there is nothing else to do. */
export const latency: Bench = {
  name: 'latency',
  what:
    'One webhook after the other into an idle service, each with nothing else under way: from the ' +
    'moment at which it was sent until it is acknowledged, and from then until the call that starts ' +
    'its run arrives at the target.',

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const postgres = await startPostgres(options.folder);
    try {
      const systems = [onSqlite, ...(postgres ? [onPostgres(postgres)] : [])];
      const rounds = await inTurn(
        options,
        systems.map((system) => ({ name: system.name, run: () => oneByOne(options, system) })),
      );
      const lines = systems.flatMap(({ name: of }) => {
        const limit = { kind: 'at_most', value: of === onSqlite.name ? 2 : 4 } as const;
        const line = { of, unit: 'ms' };
        return [
          figureOf(rounds, { ...line, figure: 'ackMs', what: `${of}: acknowledged, p50` }),
          figureOf(rounds, { ...line, figure: 'startMs', what: `${of}: started, p50`, limit }),
          figureOf(rounds, { ...line, figure: 'startP99Ms', what: `${of}: started, p99` }),
        ];
      });
      const because = 'no Postgres';
      return postgres ? lines : [...lines, { kind: 'not_run', what: 'on Postgres', because }];
    } finally {
      await postgres?.stop();
    }
  },
};

const WARM = 30;
/** Until what came of the one before is stored, and nothing is under way any more. */
const APART_MS = 25;

async function oneByOne({ folder, isQuick }: BenchOptions, system: System): Promise<Figures> {
  let arrived: ((atMs: number) => void) | null = null;
  const called = createServer((incoming, answer) => {
    arrived?.(performance.now());
    incoming.resume();
    answer.end('{}');
  });
  called.listen(0, '127.0.0.1');
  await once(called, 'listening');
  const address = called.address();
  const target = typeof address === 'object' && address ? address.port : 0;
  const running = await system.start({ folder, target });
  const agent = new Agent({ keepAlive: true });
  const waits: { readonly ackMs: number; readonly startMs: number }[] = [];
  try {
    const url = `http://127.0.0.1:${running.ports[0]}${system.path}`;
    for (let number = 0; number < WARM + (isQuick ? 40 : 200); number += 1) {
      const { promise, resolve } = Promise.withResolvers<number>();
      arrived = resolve;
      const sentMs = performance.now();
      const [ackedMs, arrivedMs] = await Promise.all([tell(url, agent, number), promise]);
      if (number >= WARM) waits.push({ ackMs: ackedMs - sentMs, startMs: arrivedMs - ackedMs });
      await sleep(APART_MS);
    }
  } finally {
    agent.destroy();
    await running.stop();
    called.closeAllConnections();
    called.close();
  }
  const starts = waits.map(({ startMs }) => startMs);
  return {
    ackMs: median(waits.map(({ ackMs }) => ackMs)),
    startMs: median(starts),
    startP99Ms: percentile(starts, 0.99),
  };
}

/** Resolves to when the acknowledgement was there. */
async function tell(url: string, agent: Agent, number: number): Promise<number> {
  const body = bodyOf(number, { stage: 'Production', atMs: Date.now() });
  const signature = createHmac('sha256', SIGNING_SECRET).update(body).digest('hex');
  return await new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-databricks-signature': signature,
    };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const atMs = performance.now();
      answer.resume();
      if (answer.statusCode === 202) resolve(atMs);
      else reject(new Error(`answered ${answer.statusCode}`));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
