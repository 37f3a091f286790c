import { createHash, timingSafeEqual } from 'node:crypto';

import type { Context, MiddlewareHandler } from 'hono';

import type { Secret } from '../lib/secret.ts';

interface GuardDeps {
  /** What a caller from elsewhere has to show; null: nobody from elsewhere gets in. */
  readonly token: Secret | null;
  /** What else is good for a claim, and for nothing but a claim; null: nothing. */
  readonly claimToken: Secret | null;
  /** The address of the caller, as the socket knows it. */
  readonly addressOf: (c: Context) => string | undefined;
}

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;
const CLAIMS = '/api/claims';
const READS = new Set(['GET', 'HEAD']);

/**
 * Lets in who is on this machine, or shows the token.
 *
 * The Host must be loopback, too: a page that a browser here has open may have made a name of its
 * own point at us. A forwarded request comes from elsewhere, whatever address it has. And what
 * changes something must come from our own pages, or from no page at all.
 */
export function guard({ token, claimToken, addressOf }: GuardDeps): MiddlewareHandler {
  return async (c, next) => {
    const isClaim = c.req.method === 'POST' && c.req.path === CLAIMS;
    const isShown = showsToken(c, token) || (isClaim && showsToken(c, claimToken));
    if (!isLocal(c, addressOf(c)) && !isShown) {
      const hint = token
        ? 'send the configured token: Authorization: Bearer …'
        : 'set http.token in the configuration to allow callers from other machines';
      return c.json({ error: 'not from this machine, and no token', hint }, 401);
    }
    if (!READS.has(c.req.method) && isForeignPage(c)) {
      return c.json({ error: 'the request comes from a page of another origin' }, 403);
    }
    return await next();
  };
}

function isLocal(c: Context, address: string | undefined): boolean {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) =>
    c.req.raw.headers.has(name),
  );
  const host = c.req.header('host') ?? '';
  return !isForwarded && LOOPBACK_ADDRESS.test(address ?? '') && LOOPBACK_HOST.test(host);
}

function showsToken(c: Context, token: Secret | null): boolean {
  const shown = /^Bearer (?<token>.+)$/.exec(c.req.header('authorization') ?? '')?.groups?.[
    'token'
  ];
  if (!token || shown === undefined) return false;
  return timingSafeEqual(digest(shown), digest(token.reveal()));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isForeignPage(c: Context): boolean {
  const origin = c.req.header('origin');
  return origin !== undefined && origin !== new URL(c.req.url).origin;
}
