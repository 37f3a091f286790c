import { createPublicKey, verify } from 'node:crypto';

import { z } from 'zod';

import { memberNamed, type Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { OauthError } from './oauth-error.ts';

const Header = z.looseObject({ alg: z.string(), kid: z.string().optional() });

const Claims = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().optional(),
});

interface Jwt {
  readonly header: z.infer<typeof Header>;
  readonly claims: z.infer<typeof Claims>;
  readonly signed: string;
  readonly signature: Buffer;
}

type Policy = Workspace['config']['federation_policies'][number];

/**
 * Whom a token of another issuer stands for, and how long; every policy of that application may fit.
 *
 * Source: databricks-sdk-py oidc.py, docs.databricks.com/dev-tools/auth/oauth-federation: RS256 or
 * ES256, issuer, subject and audience as the policy has them; the texts are ours.
 * @throws {OauthError} 400 or 401
 */
export async function exchanged(
  workspace: Workspace,
  form: URLSearchParams,
): Promise<{ readonly principal: Principal; readonly seconds: number }> {
  if (form.get('subject_token_type') !== 'urn:ietf:params:oauth:token-type:jwt') {
    throw new OauthError(400, 'invalid_request', 'subject_token_type must be that of a JWT');
  }
  const jwt = read(form.get('subject_token') ?? '');
  const seconds = secondsLeft(workspace, jwt);
  const clientId = form.get('client_id');
  const policies = workspace.config.federation_policies.filter(
    (policy) => clientId === null || policy.client_id === clientId,
  );
  for (const policy of policies) {
    if (!fits(workspace, policy, jwt) || !(await isSigned(workspace, policy, jwt))) continue;
    const principal = memberNamed(workspace, policy.client_id);
    if (principal) return { principal, seconds };
  }
  throw refused('No federation policy accepts the subject_token');
}

const SKEW_SECONDS = 60;

function secondsLeft({ tools }: Workspace, { claims: { exp, nbf = 0 } }: Jwt): number {
  const now = tools.clock.now() / 1000;
  if (exp > now && nbf <= now + SKEW_SECONDS) return Math.floor(exp - now);
  throw refused('The subject_token is not valid at this time');
}

function refused(why: string): OauthError {
  return new OauthError(401, 'invalid_grant', why);
}

function read(token: string): Jwt {
  const [header = '', payload = '', signature = ''] = token.split('.');
  try {
    return {
      header: Header.parse(decoded(header)),
      claims: Claims.parse(decoded(payload)),
      signed: `${header}.${payload}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    throw new OauthError(400, 'invalid_request', 'The subject_token is no JWT');
  }
}

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

function fits({ config }: Workspace, policy: Policy, { claims }: Jwt): boolean {
  const usual = [`https://${config.host}/oidc/v1/token`];
  const wanted = policy.audiences.length > 0 ? policy.audiences : usual;
  const audiences = new Set([claims.aud].flat());
  return (
    claims.iss === policy.issuer &&
    claims[policy.subject_claim] === policy.subject &&
    wanted.some((one) => audiences.has(one))
  );
}

async function isSigned(workspace: Workspace, policy: Policy, jwt: Jwt): Promise<boolean> {
  const { header, signed, signature } = jwt;
  if (header.alg !== 'RS256' && header.alg !== 'ES256') return false;
  const keys = policy.jwks?.keys ?? (await publishedKeys(workspace, policy.issuer));
  const dsaEncoding = 'ieee-p1363';
  return keys
    .filter((key) => header.kid === undefined || key['kid'] === header.kid)
    .some((key) => {
      try {
        const publicKey = createPublicKey({ key, format: 'jwk' });
        const isRight = publicKey.asymmetricKeyType === (header.alg === 'RS256' ? 'rsa' : 'ec');
        const given = { key: publicKey, dsaEncoding } as const;
        return isRight && verify('sha256', Buffer.from(signed), given, signature);
      } catch {
        return false; // no key that could have signed it
      }
    });
}

const Published = z.looseObject({ jwks_uri: z.url() });
const Keys = z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) });

/** The keys that an emulated issuer publishes; none where it cannot be reached. */
async function publishedKeys({ tools }: Workspace, issuer: string) {
  const get = async (url: string): Promise<unknown> =>
    (await tools.reach?.(new Request(url)))?.json();
  try {
    const discovery = `${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`;
    const { jwks_uri: uri } = Published.parse(await get(discovery));
    return Keys.parse(await get(uri)).keys;
  } catch {
    return [];
  }
}
