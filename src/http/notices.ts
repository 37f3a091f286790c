import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { Engine } from '../engine/engine.ts';
import { beTold } from '../engine/told.ts';

/** An event of a service hook with all its details has a few kilobytes. */
const MAX_BYTES = 256 * 1024;

/**
 * `POST /hooks/targets/:target`: where a target tells us that something has become of a run.
 *
 * Azure DevOps stops calling whoever answers with an error, so that what is genuine and of no use
 * to us is a 200.
 * Source: MicrosoftDocs/azure-devops-docs, service-hooks/troubleshoot.md
 */
export function notices({ engine, wake }: { readonly engine: Engine; readonly wake: () => void }) {
  const limit = bodyLimit({
    maxSize: MAX_BYTES,
    onError: (c) => c.json({ error: 'body over 256 KiB' }, 413),
  });
  return new Hono().post('/:target', limit, async (c) => {
    const { headers } = c.req.raw;
    const body = new Uint8Array(await c.req.arrayBuffer());
    const told = await beTold(engine, c.req.param('target'), { headers, body });
    switch (told.kind) {
      case 'unknown_target':
        return c.json({ error: 'no target of this name takes notices' }, 404);
      case 'refused':
        return c.json({ error: told.because }, 401);
      case 'malformed':
        return c.json({ error: told.because }, 400);
      case 'ignored':
        return c.json({ ignored: told.because }, 200);
      case 'due':
        if (told.deliveries > 0) wake();
        return c.json({ due: told.deliveries }, 200);
    }
  });
}
