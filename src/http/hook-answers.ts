import type { Engine } from '../engine/engine.ts';
import { receive, turnAway, type WebhookCall } from '../engine/intake.ts';
import { TransientError } from '../lib/errors.ts';

/** What the intake works with, whichever way a call comes in. */
export interface HookDeps {
  readonly engine: Engine;
  readonly wake: () => void;
}

/** Where a call came in, and what it says of itself; its body is still to be read. */
export interface UnreadCall {
  readonly source: string;
  readonly headers: WebhookCall['headers'];
}

/** What is answered to a call, as status and JSON. */
export interface HookAnswer {
  readonly status: 200 | 202 | 400 | 401 | 404 | 413 | 415 | 503;
  readonly body: Readonly<Record<string, string>>;
  /** When to come again, in whole seconds. */
  readonly retryAfterS?: number;
}

/** A registry's event is below a kilobyte; a comment may be longer. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The answer to a call whose body need not be read, or may not be; null: read it. */
export function answerUnread(
  { engine }: HookDeps,
  { source, headers }: UnreadCall,
): HookAnswer | Promise<HookAnswer> | null {
  if (engine.store.isFull()) {
    return { status: 503, body: { error: 'too much is waiting to be stored' }, retryAfterS: 1 };
  }
  // What is packed small may be endless, and no registry sends it.
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    return turnedAway(engine, source, { status: 415, reason: 'body with a content-encoding' });
  }
  const length = Number(headers.get('content-length') ?? 0);
  return length > MAX_BODY_BYTES ? answerTooLong({ engine }, source) : null;
}

/** The answer to a call whose body goes on beyond `MAX_BODY_BYTES`. */
export function answerTooLong({ engine }: Pick<HookDeps, 'engine'>, source: string) {
  return turnedAway(engine, source, { status: 413, reason: 'body over 1 MiB' });
}

async function turnedAway(
  engine: Engine,
  source: string,
  { status, reason }: { readonly status: 413 | 415; readonly reason: string },
): Promise<HookAnswer> {
  if (engine.sources.has(source)) await turnAway(engine, source, reason);
  return { status, body: { error: reason } };
}

/**
 * The answer to a call with its body.
 *
 * We answer as soon as the event is on disk, and start nothing here. A registry that hears 2xx
 * may forget the event, because from then on we cannot.
 * @throws whatever the store throws: see `answerFailure`
 */
export async function answerCall(
  { engine, wake }: HookDeps,
  source: string,
  call: WebhookCall,
): Promise<HookAnswer> {
  const taken = await receive(engine, source, call);
  switch (taken.kind) {
    case 'unknown_source':
      return { status: 404, body: { error: 'no source of this name takes webhooks' } };
    case 'refused':
      return { status: 401, body: { error: taken.because } };
    case 'malformed':
      return { status: 400, body: { error: taken.because } };
    case 'ignored':
      return { status: 200, body: { ignored: taken.because } };
    case 'added': {
      const { id, kind } = taken.added;
      if (kind === 'new') wake();
      return { status: kind === 'new' ? 202 : 200, body: { event: id, added: kind } };
    }
  }
}

const RETRY_AFTER_MS = 5000;

/** The answer where we failed: nothing was acknowledged, and whoever called may call again. */
export function answerFailure(error: unknown): HookAnswer & { readonly retryAfterS: number } {
  const asked = error instanceof TransientError ? error.retryAfterMs : undefined;
  return {
    status: 503,
    body: { error: 'cannot answer just now' },
    retryAfterS: Math.ceil((asked ?? RETRY_AFTER_MS) / 1000),
  };
}
