import { type Context, Hono } from 'hono';

import {
  answerCall,
  answerTooLong,
  answerUnread,
  type HookAnswer,
  type HookDeps,
  MAX_BODY_BYTES,
} from './hook-answers.ts';

/** `POST /hooks/:source`: where registries tell us what happened. */
export function hooks(deps: HookDeps): Hono {
  return new Hono().post('/:source', async (c) => {
    const source = c.req.param('source');
    const { headers } = c.req.raw;
    const early = answerUnread(deps, { source, headers });
    if (early) return inJson(c, await early);
    const body = await bodyOf(c.req.raw);
    const answer = body ? answerCall(deps, source, { headers, body }) : answerTooLong(deps, source);
    return inJson(c, await answer);
  });
}

/** The whole body; null: it is too long. */
async function bodyOf(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = request.body;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function inJson(c: Context, { status, body, retryAfterS }: HookAnswer): Response {
  return c.json(body, status, retryAfterS ? { 'retry-after': String(retryAfterS) } : {});
}
