import { z } from 'zod';

import type { Explanation, Refusal } from '../../lib/refusal.ts';

/**
 * What a token request is refused with.
 * Source: MicrosoftDocs/entra-docs, identity-platform/reference-error-codes.md
 */
const Refused = z.object({
  error: z.string(),
  error_codes: z.array(z.int()).default([]),
});

/** Source: MicrosoftDocs/entra-docs, identity-platform/reference-error-codes.md */
const hints: Readonly<Record<number, string>> = {
  50049: 'Check the authority: Entra ID does not know this host.',
  70011: 'Check the resource: Entra ID does not take its scope.',
  90002: 'Check the tenant id: there is no such tenant.',
  500011: 'This tenant does not know the resource: use the tenant that the service belongs to.',
  700016: 'Check the client id and the tenant: there is no such application in this tenant.',
  900144: 'A parameter of the login is empty: check tenant, client id and secret.',
  1002012: 'Check the resource: Entra ID does not take its scope.',
  7000215: "Entra ID does not accept the secret: paste the secret's value, not its id.",
  7000222: 'The client secret has expired: make a new one, and configure it here.',
  7000218: 'The client secret is missing from the request: check that it is configured.',
};

/** Entra ID's own word for "again later". */
const PASSING = new Set(['temporarily_unavailable', 'server_error']);

/** Says why Entra ID gives out no token; every refusal of it is one of our login. */
export function explainRefusal({ status, body }: Refusal): Explanation | undefined {
  const refused = Refused.safeParse(body).data;
  if (!refused || status === 429 || status >= 500) return undefined;
  if (PASSING.has(refused.error)) return { code: 'BUSY' };
  const code = refused.error_codes.find((one) => hints[one] !== undefined);
  return { code: 'LOGIN_REFUSED', hint: code === undefined ? undefined : hints[code] };
}
