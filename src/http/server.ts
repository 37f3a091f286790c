import type { AddressInfo } from 'node:net';

import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';

import { TransientError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { type ApiDeps, api } from './api.ts';
import { guard } from './guard.ts';
import { hooks } from './hooks.ts';
import { pages } from './pages.ts';

export interface HttpDeps extends ApiDeps {
  readonly token: Secret | null;
  /** The folder of the built dashboard. */
  readonly pagesFolder: string;
}

/** All routes: webhooks for whoever can sign, everything else for whoever may see it. */
export function routes(deps: HttpDeps): Hono {
  const { engine, wake, token, pagesFolder } = deps;
  const app = new Hono();
  app.get('/health', (c) => c.json({ ok: true }));
  app.route('/hooks', hooks(engine, wake));
  app.use('*', guard({ token, addressOf: (c) => getConnInfo(c).remote.address }));
  app.route('/api', api(deps));
  app.all('/api/*', (c) => c.json({ error: 'no such route' }, 404));
  app.route('/', pages(pagesFolder));
  app.onError((error, c) => {
    engine.log.error({ err: error, path: c.req.path }, 'request failed');
    // Nothing was acknowledged: whoever called may call again.
    return c.json({ error: 'cannot answer just now' }, 503, { 'retry-after': retryAfter(error) });
  });
  return app;
}

const RETRY_AFTER_MS = 5000;

/** In whole seconds, as the header wants it. */
function retryAfter(error: unknown): string {
  const asked = error instanceof TransientError ? error.retryAfterMs : undefined;
  return String(Math.ceil((asked ?? RETRY_AFTER_MS) / 1000));
}

export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:4400` */
  readonly url: string;
}

/**
 * Listens on that address; port 0 takes a free one.
 * @throws {Error} EADDRINUSE, EACCES …
 */
export async function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(starting));
    starting.on('error', reject);
  });
  const bound = server.address();
  return {
    url: urlOf(host, bound),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}

function urlOf(host: string, bound: string | AddressInfo | null): string {
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
