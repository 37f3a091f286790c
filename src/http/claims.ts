import { Hono } from 'hono';
import { z } from 'zod';

import { claimKey } from '../engine/asked.ts';
import type { Engine } from '../engine/engine.ts';
import { isStartKey } from '../model/start-key.ts';
import type { KeyClaimed } from '../store/asking.ts';
import { becauseOf } from './because-of.ts';

const ClaimRequest = z.strictObject({
  key: z.string().refine(isStartKey, 'must be 52 characters of a-z2-7, as the run was given'),
  run: z.string().regex(/^[\w.:/-]{1,200}$/, 'must be the id of a run'),
});

/** `over`: no start that is under way has this key, so nobody may go on with it. */
type ClaimView =
  | { readonly claim: 'won'; readonly delivery: string; readonly attempt: number }
  | { readonly claim: 'lost'; readonly run: string }
  | { readonly claim: 'over' };

/** `POST /api/claims`: whether a run has its start key, or which one has. */
export function claims(engine: Engine, wake: () => void): Hono {
  return new Hono().post('/', async (c) => {
    const request = ClaimRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!request.success) return c.json({ error: becauseOf(request.error) }, 400);
    const claimed = await claimKey(engine, request.data);
    if (claimed.kind === 'won') wake();
    return c.json(claimView(claimed));
  });
}

function claimView(claimed: KeyClaimed): ClaimView {
  switch (claimed.kind) {
    case 'won':
      return { claim: 'won', delivery: claimed.delivery, attempt: claimed.attempt };
    case 'lost':
      return { claim: 'lost', run: claimed.run };
    case 'over':
      return { claim: 'over' };
  }
}
