import { z } from 'zod';

import { type Call, callJson } from '../../lib/call.ts';
import { PermanentError, TransientError } from '../../lib/errors.ts';
import type { Fetch } from '../../lib/fetch.ts';
import type { Explanation, Refusal } from '../../lib/refusal.ts';
import type { Identity } from '../identity.ts';
import { readAccessToken } from './access-token.ts';
import { keepTokens } from './keep-tokens.ts';

interface ManagedIdentity {
  /** A user-assigned identity; null: the only one, or the system-assigned one. */
  readonly clientId: string | null;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Source: MicrosoftDocs/entra-docs, identity/managed-identities-azure-resources/how-to-use-vm-token.md */
const Granted = z.object({ access_token: z.string() });

const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';

/** It answers from the same machine; elsewhere nobody answers at all. */
const TIMEOUT_MS = 5000;

/** The identity that Azure gives to a machine, a function or a container: no secret anywhere. */
export function managedIdentity(login: ManagedIdentity): Identity {
  return keepTokens(async (resource) => {
    const call = { ...place(login.env), signal: new AbortController().signal };
    call.url.searchParams.set('resource', resource);
    if (login.clientId !== null) call.url.searchParams.set('client_id', login.clientId);
    const { access_token } = await granted(login.fetch, call);
    return readAccessToken(access_token, resource, login.now());
  }, login.now);
}

/**
 * Where this machine asks: App Service and Functions say it in variables.
 * Source: MicrosoftDocs/azure-docs, articles/app-service/overview-managed-identity.md
 */
function place(env: ManagedIdentity['env']): Pick<Call, 'url' | 'headers' | 'method' | 'explain'> {
  const endpoint = env['IDENTITY_ENDPOINT'] ?? '';
  const header = env['IDENTITY_HEADER'] ?? '';
  if (!URL.canParse(endpoint)) {
    return { method: 'GET', url: new URL(IMDS), headers: { metadata: 'true' }, explain };
  }
  if (header === '') {
    throw new PermanentError(
      'LOGIN_REFUSED',
      'the managed identity of Azure Arc is not supported',
      {
        hint: 'IDENTITY_ENDPOINT is set and IDENTITY_HEADER is not: log in in another way there.',
      },
    );
  }
  const url = new URL(endpoint);
  url.searchParams.set('api-version', '2019-08-01');
  return { method: 'GET', url, headers: { 'x-identity-header': header }, explain };
}

async function granted(fetch: Fetch, call: Call): Promise<z.infer<typeof Granted>> {
  try {
    return await callJson(fetch, { ...call, timeoutMs: TIMEOUT_MS }, Granted);
  } catch (error) {
    if (!(error instanceof TransientError) || error.code === 'BUSY') throw error;
    throw new TransientError('UNREACHABLE', error.message, { cause: error, hint: NOT_THERE });
  }
}

const NOT_THERE =
  'Only machines of Azure have a managed identity; a proxy must leave 169.254.169.254 alone (NO_PROXY).';

const hints: Readonly<Record<number, string>> = {
  400: 'Azure has no such identity for this machine: assign it, or check its client id.',
  403: 'Something in between answers for 169.254.169.254: name it in NO_PROXY.',
};

/** 404 while it starts, 410 while it is updated. Source: the page above, "Retry guidance" */
function explain({ status }: Refusal): Explanation | undefined {
  if ([404, 410, 429].includes(status) || status >= 500) return { code: 'BUSY' };
  return { code: 'LOGIN_REFUSED', hint: hints[status] };
}
