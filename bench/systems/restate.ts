import os from 'node:os';
import path from 'node:path';
import { SIGNING_SECRET } from '../service/bench-config.ts';
import { startListening } from '../service/listening.ts';
import { freePort } from './free-port.ts';
import { startServer } from './server.ts';
import { nothingOpen, type System } from './system.ts';

/** Restate as it comes: it takes the webhook in itself, and calls a handler that verifies it. */
export function restate(peers: string): System {
  const program = `@restatedev/restate-server-${os.platform()}-${os.arch()}/bin/restate-server`;
  return {
    name: 'Restate',
    path: '/events/receive/send',
    async start({ folder, target }) {
      const [ingress, admin, fabric, own] = [
        await freePort(),
        await freePort(),
        await freePort(),
        await freePort(),
      ];
      const server = await startServer(path.join(peers, 'node_modules', program), [], {
        port: ingress,
        cwd: folder,
        env: {
          ...process.env,
          RESTATE_BASE_DIR: folder,
          RESTATE_DISABLE_TELEMETRY: 'true',
          RESTATE_LISTEN_MODE: 'tcp',
          RESTATE_BIND_IP: '127.0.0.1',
          RESTATE_BIND_PORT: String(fabric),
          RESTATE_INGRESS__BIND_PORT: String(ingress),
          RESTATE_ADMIN__BIND_PORT: String(admin),
        },
      });
      const handler = await startListening([path.join(peers, 'restate.mjs')], {
        env: {
          BENCH_SECRET: SIGNING_SECRET,
          BENCH_TARGET: String(target),
          BENCH_PORT: String(own),
        },
      });
      await register(admin, own);
      return {
        ports: [ingress],
        pids: [server.pid, handler.pid],
        open: nothingOpen,
        async stop() {
          await handler.stop();
          await server.stop();
        },
      };
    },
  };
}

async function register(admin: number, handler: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${handler}` }),
  });
  if (!answer.ok) throw new Error(`Restate does not take the handler: ${await answer.text()}`);
}
