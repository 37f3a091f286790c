import { z } from 'zod';

import { callJson } from '../../lib/call.ts';
import { PermanentError } from '../../lib/errors.ts';
import type { Fetch } from '../../lib/fetch.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Identity } from '../identity.ts';
import { type AccessToken, readAccessToken } from './access-token.ts';
import { explainRefusal } from './explain-refusal.ts';
import { keepTokens } from './keep-tokens.ts';

interface ClientSecret {
  readonly tenant: string;
  readonly clientId: string;
  readonly secret: Secret;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Where to log in; other clouds have others. Default: `https://login.microsoftonline.com`. */
  readonly authority?: string;
}

/** Source: MicrosoftDocs/entra-docs, identity-platform/v2-oauth2-client-creds-grant-flow.md */
const Granted = z.object({ access_token: z.string() });

/** A service principal that logs in with its secret. */
export function clientSecretIdentity(login: ClientSecret): Identity {
  return keepTokens((resource) => requestToken(login, resource), login.now);
}

async function requestToken(login: ClientSecret, resource: string): Promise<AccessToken> {
  const { tenant, clientId, secret, fetch, now, authority } = login;
  const url = new URL(
    `${authority ?? 'https://login.microsoftonline.com'}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
  );
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: filledIn(secret),
    scope: `${resource}/.default`,
  });
  const call = {
    method: 'POST',
    url,
    body,
    signal: new AbortController().signal,
    repeatable: true,
    explain: explainRefusal,
  } as const;
  const { access_token } = await callJson(fetch, call, Granted);
  return readAccessToken(access_token, resource, now());
}

/** Refuses what a pipeline sends for a variable that is not there, before any call. */
function filledIn(secret: Secret): string {
  const value = secret.reveal();
  if (['', 'null', 'undefined'].includes(value.trim()) || /^\$\(.*\)$/.test(value)) {
    throw new PermanentError('LOGIN_REFUSED', 'the client secret is empty', {
      hint: 'Set the secret that the configuration names: what came from there is empty.',
    });
  }
  return value;
}
