/**
 * Everybody that a request says it comes from, by client id, user name or personal token; nothing
 * of it is checked, because a fault may be meant for one whose credential is refused.
 *
 * Source: the claims of https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function claimedPrincipals(headers: Headers, body: unknown): readonly string[] {
  const [, scheme = '', credential = ''] =
    /^(\w+) +(\S+)$/u.exec(headers.get('authorization') ?? '') ?? [];
  const inHeader =
    scheme.toLowerCase() === 'basic' ? partsOf(credential) : [credential, ...claimsOf(credential)];
  const inForm = isObject(body) ? [body['client_id']] : [];
  return [...inHeader, ...inForm].filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
}

/** Of a personal token the name may be missing, and with a client it is its id. */
function partsOf(credential: string): readonly unknown[] {
  const [name = '', ...secret] = Buffer.from(credential, 'base64').toString('utf8').split(':');
  return [name, secret.join(':'), ...claimsOf(secret.join(':'))];
}

function claimsOf(token: string): readonly unknown[] {
  const [, claims = ''] = token.split('.');
  try {
    const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    return isObject(parsed) ? [parsed['appid'], parsed['azp'], parsed['oid'], parsed['sub']] : [];
  } catch {
    return []; // no token of the kind that says whose it is
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
