import { AZURE_DEVOPS_RESOURCE } from '../clients/azure-devops/azure-devops-client.ts';
import type { ConnectedUser } from '../clients/azure-devops/get-connected-user.ts';
import { DATABRICKS_RESOURCE } from '../clients/databricks/databricks-client.ts';
import type { Me } from '../clients/databricks/get-me.ts';
import type { Assertion } from '../clients/entra/federation/assertion.ts';
import type { TokenClaims } from '../clients/entra/token-claims.ts';
import { excerpt } from '../lib/excerpt.ts';
import type { Attempted } from './attempt.ts';

/** Who we are, as far as it could be found out. */
export interface Who {
  /** By which login, in words. */
  readonly login: string;
  /** What a federated login presents; null: it is none. */
  readonly vouching: Attempted<Assertion | null>;
  /** By resource. */
  readonly tokens: readonly Attempted<TokenClaims>[];
  /** By host. */
  readonly databricks: readonly Attempted<Me>[];
  /** By organisation. */
  readonly azureDevops: readonly Attempted<ConnectedUser>[];
  readonly exitCode: number;
}

/** The same for scripts, in one line of JSON; never with a token. */
export function jsonOf({ login, vouching, tokens, databricks, azureDevops }: Who): string {
  const answer = {
    login,
    federated: answerOf(vouching, (assertion) =>
      assertion === null
        ? null
        : {
            issuer: assertion.issuer,
            subject: assertion.subject,
            audience: assertion.audience,
            expires: instant(assertion.expiresAtMs),
          },
    ),
    tokens: tokens.map((one) =>
      answerOf(one, (claims) => ({
        resource: one.name,
        principal: claims.principal,
        object_id: claims.objectId,
        tenant: claims.tenant,
        audience: claims.audience,
        expires: instant(claims.expiresAtMs),
      })),
    ),
    databricks: databricks.map((one) =>
      answerOf(one, ({ id, userName, displayName, groups }) => ({
        host: one.name,
        id,
        user_name: userName,
        display_name: displayName ?? null,
        groups: groups.flatMap(({ display }) => display ?? []),
      })),
    ),
    azure_devops: azureDevops.map((one) =>
      answerOf(one, (user) => ({ organization: one.name, ...user })),
    ),
  };
  // What others call themselves must not be an order to the CI system whose log this is.
  return JSON.stringify(answer).replaceAll('##', String.raw`\u0023#`);
}

function answerOf<Value, Answer>(one: Attempted<Value>, read: (value: Value) => Answer) {
  return one.kind === 'known'
    ? read(one.value)
    : { name: one.name, error: one.error, hint: one.hint };
}

function instant(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

/** Who we are, a line for each thing there is to say. */
export function linesOf(who: Who, nowMs: number): readonly string[] {
  return [
    line('login', who.login),
    ...said('federated', who.vouching, (assertion) =>
      assertion === null
        ? []
        : [
            line('issuer', assertion.issuer),
            line('subject', assertion.subject),
            line('meant for', assertion.audience),
          ],
    ),
    ...who.tokens.flatMap((one) => said('token', one, (claims) => tokenLines(claims, nowMs))),
    ...who.databricks.flatMap((one) =>
      said('Databricks', one, ({ userName, displayName, groups, active }) => [
        line('Databricks', `${one.name} knows ${displayName ?? userName} (${userName})`),
        ...(active === false ? [line('', 'who is not active there')] : []),
        line('groups', groups.flatMap(({ display }) => display ?? []).join(', ') || 'none'),
      ]),
    ),
    ...who.azureDevops.flatMap((one) =>
      said('Azure DevOps', one, ({ name, account, id }) => [
        line('Azure DevOps', `${one.name} knows ${name} (${account ?? id})`),
      ]),
    ),
  ];
}

const resourceNames: Readonly<Record<string, string>> = {
  [DATABRICKS_RESOURCE]: 'Azure Databricks',
  [AZURE_DEVOPS_RESOURCE]: 'Azure DevOps',
};

function tokenLines(claims: TokenClaims, nowMs: number): readonly string[] {
  const { principal, objectId, tenant, audience, expiresAtMs } = claims;
  if (audience === null) return [line('token', 'says nothing of itself: it is no JWT')];
  const name = resourceNames[audience];
  const minutes = Math.round(((expiresAtMs ?? nowMs) - nowMs) / 60_000);
  return [
    line('audience', name === undefined ? audience : `${name} (${audience})`),
    line(
      'principal',
      `${principal ?? 'unknown'}${objectId === null ? '' : ` (object ${objectId})`}`,
    ),
    ...(tenant === null ? [] : [line('tenant', tenant)]),
    ...(expiresAtMs === null
      ? []
      : [line('expires', `${instant(expiresAtMs)}, in ${minutes} minutes`)]),
  ];
}

function said<Value>(
  label: string,
  one: Attempted<Value>,
  words: (value: Value) => readonly string[],
): readonly string[] {
  if (one.kind === 'known') return words(one.value);
  return [line(label, `REFUSED: ${one.error}`), ...(one.hint === null ? [] : [line('', one.hint)])];
}

/** What others call themselves must not be an order to the CI system whose log this is. */
function line(label: string, text: string): string {
  const plain = label === '' ? text : excerpt(text);
  return `${label.padEnd(14)}${plain.replaceAll('##', '# #')}`;
}
