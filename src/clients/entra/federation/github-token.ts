import { z } from 'zod';

import { callJson } from '../../../lib/call.ts';
import { PermanentError } from '../../../lib/errors.ts';
import type { Fetch } from '../../../lib/fetch.ts';
import { Secret } from '../../../lib/secret.ts';

interface Job {
  readonly fetch: Fetch;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Source: databricks-sdk-py `databricks/sdk/oidc_token_supplier.py` */
const Minted = z.object({ value: z.string() });

/**
 * The token with which GitHub Actions vouches for the job, meant for this audience.
 *
 * Source: github/docs, actions/reference/security/oidc.md
 * @throws {PermanentError} code `LOGIN_REFUSED`: outside of a job, or a job without the permission
 */
export async function githubToken(audience: string, { fetch, env }: Job): Promise<string> {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const access = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (!URL.canParse(address) || access === '') {
    throw new PermanentError('LOGIN_REFUSED', 'GitHub Actions offers no token to this job', {
      hint: 'Give the job permissions: { id-token: write }; a pull request of a fork never has it.',
    });
  }
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const call = {
    method: 'GET',
    url,
    token: new Secret(access),
    signal: new AbortController().signal,
  } as const;
  return (await callJson(fetch, call, Minted)).value;
}
