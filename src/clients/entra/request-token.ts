import { z } from 'zod';

import { callJson } from '../../lib/call.ts';
import type { Fetch } from '../../lib/fetch.ts';
import type { Explain } from '../../lib/refusal.ts';
import { type AccessToken, readAccessToken } from './access-token.ts';
import { explainRefusal } from './explain-refusal.ts';

/** An application that asks Entra ID for tokens. */
export interface Application {
  readonly tenant: string;
  readonly clientId: string;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Where to log in; other clouds have others. Default: `https://login.microsoftonline.com`. */
  readonly authority?: string;
}

/** Source: MicrosoftDocs/entra-docs, identity-platform/v2-oauth2-client-creds-grant-flow.md */
const Granted = z.object({ access_token: z.string() });

/** Where an application of this tenant asks for tokens; its assertions name it as their audience. */
export function tokenEndpoint({ tenant, authority }: Application): string {
  const at = authority ?? 'https://login.microsoftonline.com';
  return `${at}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
}

/** The form that presents a signed token instead of a secret. Source: RFC 7523 section 2.2 */
export function asAssertion(token: string): Readonly<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: token,
  };
}

/**
 * A token for a resource, for an application that proves itself with these fields of the form.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`: not believed, or given a token of no use
 * @throws {TransientError} Entra ID did not answer, or is busy
 */
export async function requestToken(
  app: Application,
  proof: Readonly<Record<string, string>>,
  { resource, explain = explainRefusal }: { readonly resource: string; readonly explain?: Explain },
): Promise<AccessToken> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app.clientId,
    ...proof,
    scope: `${resource}/.default`,
  });
  const call = {
    method: 'POST',
    url: new URL(tokenEndpoint(app)),
    body,
    signal: new AbortController().signal,
    repeatable: true,
    explain,
  } as const;
  const { access_token } = await callJson(app.fetch, call, Granted);
  return readAccessToken(access_token, resource, app.now());
}
