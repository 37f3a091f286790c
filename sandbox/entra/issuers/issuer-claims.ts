import { randomUUID } from 'node:crypto';

import type { AssertionOrder } from '../../kit/tools.ts';

/** What an issuer says of itself, and how it dates its tokens. */
export interface IssuerProfile {
  readonly name: AssertionOrder['issuer'];
  readonly host: string;
  /** Before `/.well-known/…`, as an action's path. */
  readonly path: string;
  readonly issuerOf: (order: AssertionOrder) => string;
  /** The issuer whose configuration is asked for under these parts of the path. */
  readonly issuerAt: (params: Readonly<Record<string, string>>) => string;
  readonly lifetimeS: number;
  readonly backdatedS: number;
  /** What it says of a subject beside its name. */
  readonly moreClaims: (order: AssertionOrder) => Readonly<Record<string, unknown>>;
}

/** Everything that one token of an issuer says. */
export function issuerClaims(profile: IssuerProfile, order: AssertionOrder, nowMs: number) {
  const nowS = Math.floor(nowMs / 1000);
  const lifetimeS = order.lifetimeMs === undefined ? profile.lifetimeS : order.lifetimeMs / 1000;
  const endsS = nowS + Math.floor(lifetimeS);
  return {
    ...profile.moreClaims(order),
    ...order.claims,
    jti: randomUUID(),
    sub: order.subject,
    aud: order.audience,
    iss: profile.issuerOf(order),
    // One that is over when it is made has been valid before.
    nbf: Math.min(nowS, endsS) - profile.backdatedS,
    exp: endsS,
    iat: nowS,
  };
}
