import { z } from 'zod';

import { callJson } from '../../../lib/call.ts';
import { PermanentError } from '../../../lib/errors.ts';
import type { Fetch } from '../../../lib/fetch.ts';
import type { Explanation, Refusal } from '../../../lib/refusal.ts';
import { Secret } from '../../../lib/secret.ts';

interface Job {
  readonly fetch: Fetch;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Source: npm `@azure/identity` 4.13.1, `azurePipelinesCredential.js` */
const Minted = z.object({ oidcToken: z.string() });

/**
 * The token with which Azure Pipelines vouches for one of its service connections, or, without
 * one, for the pipeline itself.
 *
 * Source: npm `@azure/identity` 4.13.1, `azurePipelinesCredential.js`; databricks-sdk-py
 * `databricks/sdk/oidc_token_supplier.py` (no connection, version 7.2-preview.1)
 * @throws {PermanentError} code `LOGIN_REFUSED`: outside of a job, or not allowed to it
 */
export async function azurePipelinesToken(
  serviceConnection: string | null,
  { fetch, env }: Job,
): Promise<string> {
  const uri = env['SYSTEM_OIDCREQUESTURI'] ?? '';
  const access = env['SYSTEM_ACCESSTOKEN'] ?? '';
  if (!URL.canParse(uri))
    throw absent('SYSTEM_OIDCREQUESTURI', 'Is this a job of Azure Pipelines?');
  if (access === '' || access.startsWith('$(')) throw absent('SYSTEM_ACCESSTOKEN', UNMAPPED);

  const url = new URL(uri);
  url.searchParams.set('api-version', serviceConnection === null ? '7.2-preview.1' : '7.1');
  if (serviceConnection !== null) url.searchParams.set('serviceConnectionId', serviceConnection);
  const call = {
    method: 'POST',
    url,
    token: new Secret(access),
    headers: { 'content-type': 'application/json', 'x-tfs-fedauthredirect': 'Suppress' },
    signal: new AbortController().signal,
    repeatable: true,
    explain,
  } as const;
  return (await callJson(fetch, call, Minted)).oidcToken;
}

const UNMAPPED = 'Map it into the step: env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }';

function absent(name: string, hint: string): PermanentError {
  return new PermanentError('LOGIN_REFUSED', `${name} is not set`, { hint });
}

function explain({ status }: Refusal): Explanation | undefined {
  if (status === 429 || status >= 500) return undefined;
  const hint =
    status === 404
      ? 'Is it the id of a service connection of this project, which this pipeline may use?'
      : 'Azure Pipelines does not take SYSTEM_ACCESSTOKEN: may this pipeline use the connection?';
  return { code: 'LOGIN_REFUSED', hint };
}
