import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';

import type { Secret } from '../lib/secret.ts';
import { type ApiDeps, api } from './api.ts';
import { guard } from './guard.ts';
import { health } from './health.ts';
import { answerFailure } from './hook-answers.ts';
import type { HookListener } from './hook-listener.ts';
import { hooks } from './hooks.ts';
import { notices } from './notices.ts';
import { pages } from './pages.ts';

export interface HttpDeps extends ApiDeps {
  readonly token: Secret | null;
  readonly claimToken: Secret | null;
  /** The folder of the built dashboard. */
  readonly pagesFolder: string;
  /** `stopping`: what is in hand is still done, nothing more is begun. */
  readonly state: () => 'running' | 'stopping';
}

/** All routes: webhooks for whoever can sign, everything else for whoever may see it. */
export function routes(deps: HttpDeps): Hono {
  const { engine, wake, token, claimToken, pagesFolder, state } = deps;
  const app = new Hono();
  app.route('/', health({ engine, state }));
  app.route('/hooks/targets', notices({ engine, wake }));
  app.route('/hooks', hooks({ engine, wake }));
  app.use('*', guard({ token, claimToken, addressOf: (c) => getConnInfo(c).remote.address }));
  app.route('/api', api(deps));
  app.all('/api/*', (c) => c.json({ error: 'no such route' }, 404));
  app.route('/', pages(pagesFolder));
  app.onError((error, c) => {
    engine.log.error({ err: error, path: c.req.path }, 'request failed');
    const { body, status, retryAfterS } = answerFailure(error);
    return c.json(body, status, { 'retry-after': String(retryAfterS) });
  });
  return app;
}

export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:4400` */
  readonly url: string;
  /** Takes no more callers; those that are being answered are cut off after so long. */
  close(withinMs: number): Promise<void>;
}

/** All routes, and beside them the short way to some of them. */
export interface Listening {
  readonly routes: Hono;
  readonly hooks?: HookListener;
}

/**
 * How long a caller may take, and how many there may be at once.
 *
 * Node waits a minute for headers and five for a body, and looks every half minute: whoever opens
 * connections and says nothing would keep them for that long.
 * Source: nodejs.org/api/http.html, `http.createServer` and `server.headersTimeout`
 */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 2000,
  // Longer than the proxies in front of us keep theirs: a request must not meet a closing socket.
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  insecureHTTPParser: false,
};
const MAX_CONNECTIONS = 20_000;
const BACKLOG = 1024;

/**
 * Listens on that address; port 0 takes a free one.
 * @throws {Error} EADDRINUSE, EACCES …
 */
export async function listen(
  { routes: app, hooks: takeHook = () => false }: Listening,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
  const takeRest = getRequestListener(app.fetch);
  const server = createServer(LIMITS, (request, response) => {
    if (!takeHook(request, response)) void takeRest(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  return {
    url: urlOf(host, server.address()),
    close: (withinMs) => close(server, withinMs),
    [Symbol.asyncDispose]: () => close(server, 0),
  };
}

async function close(server: HttpServer, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const cut = () => server.closeAllConnections();
  const timer = withinMs > 0 ? setTimeout(cut, withinMs) : cut();
  await closed;
  clearTimeout(timer ?? undefined);
}

function urlOf(host: string, bound: string | AddressInfo | null): string {
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
