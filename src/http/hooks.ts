import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { Engine } from '../engine/engine.ts';
import { receive, turnAway } from '../engine/intake.ts';
import type { Store } from '../store/store.ts';

const MAX_BYTES = 1024 * 1024; // a registry's event is below a kilobyte; a comment may be longer

/**
 * `POST /hooks/:source`: where registries tell us what happened.
 *
 * We answer as soon as the event is on disk, and start nothing here. A registry that hears 2xx
 * may forget the event, because from then on we cannot.
 */
export function hooks(engine: Engine, wake: () => void): Hono {
  const limit = bodyLimit({
    maxSize: MAX_BYTES,
    onError: async (c) => {
      const reason = 'body over 1 MiB';
      const source = c.req.param('source') ?? '';
      if (engine.sources.has(source)) await turnAway(engine, source, reason);
      return c.json({ error: reason }, 413);
    },
  });

  return new Hono().post('/:source', unlessFull(engine.store), limit, async (c) => {
    const source = c.req.param('source');
    const call = { headers: c.req.raw.headers, body: new Uint8Array(await c.req.arrayBuffer()) };
    const taken = await receive(engine, source, call);
    switch (taken.kind) {
      case 'unknown_source':
        return c.json({ error: 'no source of this name takes webhooks' }, 404);
      case 'refused':
        return c.json({ error: taken.because }, 401);
      case 'malformed':
        return c.json({ error: taken.because }, 400);
      case 'ignored':
        return c.json({ ignored: taken.because }, 200);
      case 'added': {
        const { id, kind } = taken.added;
        if (kind === 'new') wake();
        return c.json({ event: id, added: kind }, kind === 'new' ? 202 : 200);
      }
    }
  });
}

const RETRY_AFTER_S = '1';

/** Turns a call away before its body is read, when we could not keep what is in it. */
function unlessFull(store: Pick<Store, 'isFull'>): MiddlewareHandler {
  return async (c, next) => {
    if (!store.isFull()) return await next();
    return c.json({ error: 'too much is waiting to be stored' }, 503, {
      'retry-after': RETRY_AFTER_S,
    });
  };
}
