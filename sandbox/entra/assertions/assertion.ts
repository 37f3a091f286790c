import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';

import { AadstsError } from '../aadsts.ts';

const Header = z.object({
  alg: z.string().default('none'),
  kid: z.string().optional(),
  x5t: z.string().optional(),
  'x5t#S256': z.string().optional(),
});

const Claims = z.object({
  iss: z.string().default(''),
  sub: z.string().default(''),
  aud: z.union([z.string(), z.array(z.string())]).default([]),
  nbf: z.number().default(0),
  exp: z.number().optional(),
});

/** A token by which a client proves itself, taken apart and not believed yet. */
export interface Assertion {
  readonly token: string;
  readonly header: z.infer<typeof Header>;
  readonly claims: z.infer<typeof Claims>;
}

/** How far a client's clock may be off. Source: Azure/login#180 (refused 5:02 minutes after its end). */
const TOLERATED_MS = 300_000;

/**
 * The token taken apart.
 * @throws {AadstsError} 50027, it is none
 */
export function assertionIn(token: string): Assertion {
  try {
    return {
      token,
      header: Header.parse(decodeProtectedHeader(token)),
      claims: Claims.parse(decodeJwt(token)),
    };
  } catch {
    throw new AadstsError(50027, 'JWT token is invalid or malformed.');
  }
}

/**
 * Refuses an assertion that is over, or has not begun.
 *
 * Source: Azure/login#180 and AzureAD/microsoft-authentication-library-for-java#984 (the texts)
 * @throws {AadstsError} 700024, 50027
 */
export function mustBeInTime({ claims: { nbf, exp } }: Assertion, nowMs: number): void {
  if (exp === undefined) {
    throw new AadstsError(50027, 'JWT token is invalid or malformed. It has no expiry time.');
  }
  const [fromMs, untilMs] = [nbf * 1000, exp * 1000];
  if (nowMs >= fromMs - TOLERATED_MS && nowMs < untilMs + TOLERATED_MS) return;
  throw new AadstsError(
    700024,
    `Client assertion is not within its valid time range. Current time: ${precise(nowMs)}, assertion valid from ${precise(fromMs)}, expiry time of assertion ${precise(untilMs)}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
  );
}

/** Every audience that an assertion names. */
export function audiencesOf({ claims: { aud } }: Assertion): readonly string[] {
  return [aud].flat();
}

/** To the tenth of a microsecond, as it is written there. */
function precise(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? '9999-12-31T23:59:59.9999999Z'
    : date.toISOString().replace('Z', '0000Z');
}
