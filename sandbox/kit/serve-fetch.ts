import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What becomes of a request: an answer, or a connection that is cut without one. */
export type Answer =
  | { readonly kind: 'response'; readonly response: Response }
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

  const answered = await answer(request).catch((error: unknown): Answer => {
    if (!signal.aborted) log(`${request.method} ${request.url}: ${stackOf(error)}`);
    return { kind: 'response', response: new Response('the sandbox failed', { status: 500 }) };
  });
  if (answered.kind === 'dropped') {
    outgoing.destroy();
    return;
  }
  await send(outgoing, answered.response, incoming.method !== 'HEAD');
  // What a handler left unread would otherwise block the connection's next request.
  incoming.resume();
}

function toRequest(incoming: IncomingMessage, scheme: string, signal: AbortSignal): Request | null {
  try {
    const url = new URL(`${scheme}://${incoming.headers.host ?? ''}${incoming.url ?? '/'}`);
    const method = incoming.method ?? 'GET';
    const headers = headersOf(incoming);
    if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
    const body = Readable.toWeb(incoming);
    return new Request(url, { method, headers, signal, body, duplex: 'half' });
  } catch {
    return null; // a Host, a path or a method that no URL and no Request can hold
  }
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  return headers;
}

async function send(outgoing: ServerResponse, response: Response, withBody: boolean) {
  outgoing.statusCode = response.status;
  if (response.statusText) outgoing.statusMessage = response.statusText;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);

  if (!response.body || !withBody) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  await pipeline(Readable.fromWeb(response.body), outgoing);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
