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

type Hints = Readonly<Record<number, string>>;

/** Source: MicrosoftDocs/entra-docs, identity-platform/reference-error-codes.md */
const hints: Hints = {
  50049: 'Check the authority: Entra ID does not know this host.',
  53003: 'A conditional access policy of the tenant blocks this login: ask who keeps it.',
  70011: 'Check the resource: Entra ID does not take its scope.',
  90002: 'Check the tenant id: there is no such tenant.',
  500011: 'This tenant does not know the resource: use the tenant that the service belongs to.',
  700016: 'Check the client id and the tenant: there is no such application in this tenant.',
  700023: 'The signed token names another login: check the tenant.',
  700024: 'The token for the login is not valid at this time: get a new one, or set the clock.',
  700027: 'The certificate is not registered with the application: upload it there.',
  900144: 'A parameter of the login is empty: check tenant, client id and secret.',
  1000502: 'The certificate has expired: make a new one, register it, and configure it here.',
  1002012: 'Check the resource: Entra ID does not take its scope.',
  7000112: 'The application is disabled: enable its service principal in the tenant.',
  7000215: "Entra ID does not accept the secret: paste the secret's value, not its id.",
  7000222: 'The client secret has expired: make a new one, and configure it here.',
  7000218: 'The client secret is missing from the request: check that it is configured.',
  7000229: 'The application has no service principal in this tenant: make one.',
};

/** The codes that say: of these three, one is not what a federated credential says. */
const FEDERATION_CODES = [70_021, 700_211, 700_212, 700_213, 700_223];

/** The hints for a token of somebody else, which name what was sent: it is no secret. */
export function hintsOfFederation(sent: string): Hints {
  const hint = `Add a federated credential to the application, to the letter: ${sent}.`;
  return Object.fromEntries(FEDERATION_CODES.map((code) => [code, hint]));
}

/** What to do about one of Entra ID's codes, such as 7000215; undefined: it is none that we know. */
export function hintOf(code: number): string | undefined {
  return hints[code];
}

const NO_ENTRA = 'That is a web page, and not Entra ID: is a proxy or another host in between?';

/** Entra ID's own word for "again later". */
const PASSING = new Set(['temporarily_unavailable', 'server_error']);

/** Says why Entra ID gives out no token; every refusal of it is one of our login. */
export function explainRefusal(
  { status, body }: Refusal,
  further: Hints = {},
): Explanation | undefined {
  const refused = Refused.safeParse(body).data;
  if (!refused && status < 400) return { hint: NO_ENTRA };
  if (!refused || status === 429 || status >= 500) return undefined;
  if (PASSING.has(refused.error)) return { code: 'BUSY' };
  const known = { ...hints, ...further };
  const code = refused.error_codes.find((one) => known[one] !== undefined);
  return { code: 'LOGIN_REFUSED', hint: code === undefined ? undefined : known[code] };
}
