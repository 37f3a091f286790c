import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Engine } from '../engine/engine.ts';
import { takeIn } from '../engine/intake.ts';
import { becauseOf } from './because-of.ts';

/** What a person asks for by hand: `{ "name": "unit-test", "branch": "dev-nick" }`. */
const ManualRequest = z.strictObject({
  name: z.string().min(1).max(100),
  branch: z.string().max(250).default(''),
  requested_by: z.string().max(200).default(''),
  text: z.string().max(2000).default(''),
  /** The same one twice is the same request: for callers that may have to repeat it. */
  request_id: z.string().max(100).optional(),
});

export type ManualAnswer =
  | { readonly kind: 'added'; readonly id: string }
  | { readonly kind: 'malformed'; readonly because: string }
  | { readonly kind: 'unknown_source' };

/** Stores a request made by hand as an event like any other. */
export async function requestManually(
  engine: Engine,
  source: string,
  body: unknown,
): Promise<ManualAnswer> {
  const open = engine.sources.get(source);
  // A source that a registry speaks to takes no events from people.
  if (!open || open.receive) return { kind: 'unknown_source' };
  const parsed = ManualRequest.safeParse(body);
  if (!parsed.success) {
    return { kind: 'malformed', because: becauseOf(parsed.error) };
  }
  const { request_id: requestId = randomUUID(), ...fields } = parsed.data;
  const added = await takeIn(engine, {
    identity: `${source}|manual|${requestId}`,
    source,
    type: 'manual.requested',
    model: '',
    version: '',
    occurredAtMs: engine.now(),
    recovered: false,
    fields,
  });
  return { kind: 'added', id: added.id };
}
