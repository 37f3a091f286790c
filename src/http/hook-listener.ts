import type { IncomingMessage, ServerResponse } from 'node:http';

import {
  answerCall,
  answerFailure,
  answerTooLong,
  answerUnread,
  type HookAnswer,
  type HookDeps,
  MAX_BODY_BYTES,
  type UnreadCall,
} from './hook-answers.ts';

/** Answers a request, unless it is none of its own. */
export type HookListener = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Any other way to write the path goes through the routes, and comes to the same answers. */
const PATH = /^\/hooks\/(?<source>[\w.~-]+)$/;

/**
 * `POST /hooks/:source` on Node's own HTTP: the same answers as the route's, without a `Request`
 * and a `Response` for each call, which cost several times what the answer itself does.
 */
export function hookListener(deps: HookDeps): HookListener {
  return (request, response) => {
    const source = PATH.exec(request.url ?? '')?.groups?.['source'];
    if (source === undefined || request.method !== 'POST') return false;
    const call: UnreadCall = { source, headers: { get: (name) => headerOf(request, name) } };
    answer(deps, call, request).then(
      (answered) => send(response, answered),
      (error: unknown) => {
        deps.engine.log.error({ err: error, path: request.url }, 'request failed');
        send(response, answerFailure(error));
      },
    );
    return true;
  };
}

async function answer(
  deps: HookDeps,
  call: UnreadCall,
  request: IncomingMessage,
): Promise<HookAnswer> {
  const early = answerUnread(deps, call);
  if (early) return await early;
  const body = await bodyOf(request);
  if (!body) return await answerTooLong(deps, call.source);
  return await answerCall(deps, call.source, { headers: call.headers, body });
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' ? value : null;
}

/**
 * The whole body; null: it is too long. Of one that breaks off nothing more is heard, and its
 * promise goes with the request.
 */
function bodyOf(request: IncomingMessage): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        chunks.length = 0;
        resolve(null);
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on('error', () => undefined);
  });
}

/** In one write: the head goes along with a body that is one text. */
function send(response: ServerResponse, { status, body, retryAfterS }: HookAnswer): void {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  if (retryAfterS !== undefined) response.setHeader('retry-after', retryAfterS);
  response.writeHead(status, headers);
  response.end(text);
}
