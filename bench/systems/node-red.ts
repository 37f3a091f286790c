import { cpSync } from 'node:fs';
import path from 'node:path';

import { SIGNING_SECRET } from '../service/bench-config.ts';
import { freePort } from './free-port.ts';
import { startServer } from './server.ts';
import { nothingOpen, type System } from './system.ts';

/** Node-RED, which stores nothing: what it has taken in is gone when its process is. */
export function nodeRed(peers: string): System {
  return {
    name: 'Node-RED, which stores nothing',
    path: '/hook',
    async start({ folder, target }) {
      const port = await freePort();
      cpSync(path.join(peers, 'node-red'), folder, { recursive: true });
      const red = path.join(peers, 'node_modules/node-red/red.js');
      const words = [red, '--userDir', folder, '--settings', path.join(folder, 'settings.cjs')];
      const server = await startServer(
        process.execPath,
        [...words, '--port', String(port), path.join(folder, 'flows.json')],
        {
          port,
          cwd: folder,
          env: {
            ...process.env,
            BENCH_SECRET: SIGNING_SECRET,
            BENCH_URL: `http://127.0.0.1:${target}/run`,
          },
        },
      );
      await untilItTakes(port);
      return {
        ports: [port],
        pids: [server.pid],
        open: nothingOpen,
        stop: () => server.stop(),
      };
    },
  };
}

const STARTED_WITHIN_MS = 30_000;

/** It listens before its flow is there: unsigned, it is refused as soon as it is. */
async function untilItTakes(port: number): Promise<void> {
  const untilMs = performance.now() + STARTED_WITHIN_MS;
  while (performance.now() < untilMs) {
    const answer = await fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST', body: '{}' });
    if (answer.status === 401) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Node-RED has no flow');
}
