import { z } from 'zod';

import { callJson } from '../../../lib/call.ts';
import { isRefusal, PermanentError } from '../../../lib/errors.ts';
import type { Fetch } from '../../../lib/fetch.ts';
import type { Explanation, Refusal } from '../../../lib/refusal.ts';

/** Where a workspace gives out its own tokens. */
export interface Endpoints {
  readonly token: URL;
  /** Whom a federated token has to be meant for. */
  readonly audience: string;
}

/** Source: databricks-sdk-py `databricks/sdk/config.py` `_resolve_host_metadata`, `oauth.py` */
const HostMetadata = z.object({
  oidc_endpoint: z.string(),
  account_id: z.string().optional(),
  token_federation_default_oidc_audiences: z.array(z.string()).default([]),
});

/** Source: RFC 8414 section 3.2 */
const ServerMetadata = z.object({ token_endpoint: z.string() });

/** Looks up where a host, a workspace's or an account's, gives out its own tokens. */
export async function discoverEndpoints(host: string, fetch: Fetch): Promise<Endpoints> {
  const metadata = await hostMetadata(host, fetch);
  const base = metadata.oidc_endpoint
    .replace('{account_id}', encodeURIComponent(metadata.account_id ?? ''))
    .replace(/\/$/, '');
  const at = trusted(`${base}/.well-known/oauth-authorization-server`, host);
  const server = await ask(fetch, at, ServerMetadata);
  const token = trusted(server.token_endpoint, host);
  const [audience = token.href] = metadata.token_federation_default_oidc_audiences;
  return { token, audience };
}

/** Older workspaces do not have it. */
async function hostMetadata(host: string, fetch: Fetch): Promise<z.infer<typeof HostMetadata>> {
  try {
    return await ask(fetch, new URL('/.well-known/databricks-config', host), HostMetadata);
  } catch (error) {
    const isAbsent = error instanceof PermanentError && error.code === 'NOT_FOUND';
    if (!isAbsent || isRefusal(error)) throw error;
    return { oidc_endpoint: `${host}/oidc`, token_federation_default_oidc_audiences: [] };
  }
}

async function ask<Schema extends z.ZodType>(fetch: Fetch, url: URL, schema: Schema) {
  const { signal } = new AbortController();
  return await callJson(fetch, { method: 'GET', url, signal, explain }, schema);
}

/** Our secret goes to the host that was configured, or to the account it belongs to. */
function trusted(address: string, host: string): URL {
  const asked = new URL(host);
  const url = URL.parse(address);
  const isAccount =
    url?.host.startsWith('accounts.') === true &&
    asked.host.endsWith(url.host.slice('accounts'.length));
  if (url?.protocol === 'https:' && (url.host === asked.host || isAccount)) return url;
  throw new PermanentError('LOGIN_REFUSED', `${asked.host} sends logins to another host`, {
    hint: NO_WORKSPACE,
  });
}

const NO_WORKSPACE = 'Is that the host of a Databricks workspace, and nothing in between?';

function explain({ status }: Refusal): Explanation | undefined {
  return status < 400 ? { hint: NO_WORKSPACE } : undefined;
}
