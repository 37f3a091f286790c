import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { keepBodyOfGet } from './body-of-get.ts';

/** What becomes of a request: an answer, one that ends early, or a connection cut without one. */
export type Answer =
  | { readonly kind: 'response'; readonly response: Response }
  /** Its headers promise the whole body; so many bytes of it get through. */
  | { readonly kind: 'cut'; readonly response: Response; readonly bytes: number }
  | { readonly kind: 'dropped' };

interface Exchange {
  readonly scheme: 'http' | 'https';
  readonly answer: (request: Request) => Promise<Answer>;
  /** What the clients are told the time is. */
  readonly now: () => number;
  /** Hears of what the sandbox itself did wrong; the client gets a bare 500. */
  readonly log: (line: string) => void;
}

/**
 * A node:http listener around a function of `Request`. Bodies stream both ways, and the request's
 * signal is aborted when the client leaves before its answer is complete.
 */
export function serveFetch(exchange: Exchange) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const left = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) left.abort(new Error('the client has left'));
    });
    exchangeOne(exchange, incoming, outgoing, left.signal).catch((error: unknown) => {
      if (!left.signal.aborted)
        exchange.log(`${incoming.method} ${incoming.url}: ${String(error)}`);
      outgoing.destroy();
    });
  };
}

async function exchangeOne(
  { scheme, answer, now, log }: Exchange,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  outgoing.setHeader('date', new Date(now()).toUTCString());
  const request = toRequest(incoming, scheme, signal);
  if (!request) return send(outgoing, new Response('Bad Request', { status: 400 }), true);
  if (request.method === 'GET' && hasBody(incoming)) await keepBodyOfGet(request, incoming);

  const answered = await answer(request).catch((error: unknown): Answer => {
    if (!signal.aborted) log(`${request.method} ${request.url}: ${stackOf(error)}`);
    return { kind: 'response', response: new Response('the sandbox failed', { status: 500 }) };
  });
  if (answered.kind === 'dropped') {
    outgoing.destroy();
    return;
  }
  if (answered.kind === 'cut') {
    await sendBeginning(outgoing, answered.response, answered.bytes);
    return;
  }
  await send(outgoing, answered.response, incoming.method !== 'HEAD');
  // What a handler left unread would otherwise block the connection's next request.
  incoming.resume();
}

function toRequest(incoming: IncomingMessage, scheme: string, signal: AbortSignal): Request | null {
  try {
    const target = incoming.url ?? '/';
    const origin = `${scheme}://${incoming.headers.host ?? ''}`;
    // To a proxy the whole address is said: RFC 9112 section 3.2.2.
    const url = new URL(target.startsWith(`${scheme}://`) ? target : origin + target);
    const method = incoming.method ?? 'GET';
    const headers = headersOf(incoming);
    if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
    const body = Readable.toWeb(incoming);
    return new Request(url, { method, headers, signal, body, duplex: 'half' });
  } catch {
    return null; // a Host, a path or a method that no URL and no Request can hold
  }
}

/** Source: RFC 9112 section 6 */
function hasBody({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  return headers;
}

async function send(outgoing: ServerResponse, response: Response, withBody: boolean) {
  writeHead(outgoing, response);
  if (!response.body || !withBody) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  await pipeline(Readable.fromWeb(response.body), outgoing);
}

/** The head, so many bytes of the body, and the end of the connection. */
async function sendBeginning(outgoing: ServerResponse, response: Response, bytes: number) {
  const body = new Uint8Array(await response.arrayBuffer()).subarray(0, bytes);
  writeHead(outgoing, response);
  outgoing.flushHeaders();
  const { promise, resolve } = Promise.withResolvers<void>();
  outgoing.on('close', resolve);
  outgoing.write(body.length > 0 ? body : '', () => outgoing.destroy());
  await promise;
}

function writeHead(outgoing: ServerResponse, response: Response): void {
  outgoing.statusCode = response.status;
  if (response.statusText) outgoing.statusMessage = response.statusText;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
