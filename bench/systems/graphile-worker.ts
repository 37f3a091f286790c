import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { SIGNING_SECRET } from '../service/bench-config.ts';
import { startListening } from '../service/listening.ts';
import type { BenchPostgres } from './postgres.ts';
import { nothingOpen, type System } from './system.ts';

/** graphile-worker with its batches, on the Postgres that ours is measured on. */
export function graphileWorker(peers: string, postgres: BenchPostgres): System {
  return {
    name: 'graphile-worker on Postgres, batched',
    path: '/',
    async start({ target }) {
      const worker = await startListening([path.join(peers, 'graphile-worker.mjs')], {
        env: {
          BENCH_SECRET: SIGNING_SECRET,
          BENCH_TARGET: String(target),
          BENCH_POSTGRES: postgres.database(`graphile_${randomUUID().replaceAll('-', '')}`),
        },
      });
      return {
        ports: [worker.port],
        pids: [postgres.pid, worker.pid],
        open: nothingOpen,
        stop: () => worker.stop(),
      };
    },
  };
}
