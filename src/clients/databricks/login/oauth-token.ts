import { z } from 'zod';

import { callJson } from '../../../lib/call.ts';
import { PermanentError } from '../../../lib/errors.ts';
import type { Fetch } from '../../../lib/fetch.ts';
import type { Explain } from '../../../lib/refusal.ts';
import { Secret } from '../../../lib/secret.ts';
import type { AccessToken } from '../../entra/access-token.ts';
import { DATABRICKS_RESOURCE } from '../databricks-client.ts';

/** Source: RFC 6749 section 5.1; databricks-sdk-py `databricks/sdk/oauth.py` `retrieve_token` */
const Granted = z.object({ access_token: z.string(), expires_in: z.number().positive() });

/**
 * What it is made of is nobody's business but its giver's; `null` and a page to sign in are none.
 * Source: RFC 6750 section 2.1
 */
const TOKEN = /^[\w.~+/-]{16,}=*$/;

interface Asking {
  readonly url: URL;
  readonly form: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly explain: Explain;
  readonly fetch: Fetch;
  readonly now: () => number;
}

/**
 * A token that the workspace itself gives out: for everything that the principal may do there.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`: not believed, or given a token of no use
 */
export async function requestOauthToken(asking: Asking): Promise<AccessToken> {
  const { url, form, headers, explain, fetch, now } = asking;
  const call = {
    method: 'POST',
    url,
    body: new URLSearchParams({ ...form, scope: 'all-apis' }),
    signal: new AbortController().signal,
    repeatable: true,
    explain,
    ...(headers && { headers }),
  } as const;
  const askedAtMs = now();
  const { access_token, expires_in } = await callJson(fetch, call, Granted);
  if (!TOKEN.test(access_token)) {
    const message = 'the token that Databricks gave out is empty, or no token at all';
    throw new PermanentError('LOGIN_REFUSED', message, { hint: 'Is it Databricks that answered?' });
  }
  return { secret: new Secret(access_token), expiresAtMs: askedAtMs + expires_in * 1000 };
}

/**
 * These logins are Databricks' own, which nobody else believes.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`: the token is wanted for another service
 */
export function assertDatabricks(resource: string): void {
  if (resource === DATABRICKS_RESOURCE) return;
  throw new PermanentError('LOGIN_REFUSED', 'this identity is one of Databricks alone', {
    hint: 'For Azure DevOps, configure an identity of Entra ID.',
  });
}
