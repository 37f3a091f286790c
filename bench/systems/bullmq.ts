import path from 'node:path';
import { SIGNING_SECRET } from '../service/bench-config.ts';
import { startListening } from '../service/listening.ts';
import { freePort } from './free-port.ts';
import { startServer } from './server.ts';
import { nothingOpen, type System } from './system.ts';

/** BullMQ on a Redis that syncs its log before it answers: what an acknowledgement needs. */
export function bullmq(peers: string): System {
  return {
    name: 'BullMQ on Redis, appendfsync always',
    path: '/',
    async start({ folder, target }) {
      const port = await freePort();
      const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
      const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
      const redis = await startServer('redis-server', [...words, ...durable], {
        port,
        cwd: folder,
      });
      const worker = await startListening([path.join(peers, 'bullmq.mjs')], {
        env: {
          BENCH_SECRET: SIGNING_SECRET,
          BENCH_TARGET: String(target),
          BENCH_REDIS: String(port),
        },
      });
      return {
        ports: [worker.port],
        pids: [worker.pid, redis.pid],
        open: nothingOpen,
        async stop() {
          await worker.stop();
          await redis.stop();
        },
      };
    },
  };
}
