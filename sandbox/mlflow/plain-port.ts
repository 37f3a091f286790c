import { createServer } from 'node:http';

import { type Listening, listen } from '../kit/listen.ts';
import { type Answer, serveFetch } from '../kit/serve-fetch.ts';

interface Options {
  readonly port?: number | undefined;
  /** Leads a request to the server, whatever host it names. */
  readonly answer: (request: Request) => Promise<Answer>;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/**
 * The server on plain http, as `mlflow server` hears it on the loopback interface: for clients that are
 * given an address and know no proxy.
 */
export async function openPlainPort({ port, answer, now, log }: Options): Promise<Listening> {
  const server = createServer();
  const guarded = (request: Request) =>
    isLoopback(new URL(request.url).hostname) ? answer(request) : Promise.resolve(refused());
  server.on('request', serveFetch({ scheme: 'http', now, log, answer: guarded }));
  return listen(server, port);
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}

/**
 * A page elsewhere may have had its name point to 127.0.0.1; it would send that name.
 *
 * Source: mlflow/mlflow mlflow/server/security_utils.py, 3.17.
 */
function refused(): Answer {
  const text = 'Invalid Host header - possible DNS rebinding attack detected';
  return { kind: 'response', response: new Response(text, { status: 403 }) };
}
