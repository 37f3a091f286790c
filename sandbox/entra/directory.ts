import { createHash, X509Certificate } from 'node:crypto';

import { AadstsError } from './aadsts.ts';
import type { EntraConfig } from './entra-config.ts';

export interface Application {
  readonly clientId: string;
  readonly name: string;
  /** null: it has none. */
  readonly secret: string | null;
  readonly expiredSecrets: readonly string[];
  readonly certificates: readonly X509Certificate[];
  readonly federatedCredentials: readonly FederatedCredential[];
  /** Of its service principal in the tenant: what a token calls `oid` and `sub`. */
  readonly objectId: string;
}

export type FederatedCredential = EntraConfig['apps'][number]['federated_credentials'][number];

/** The one tenant of the sandbox, and the applications registered in it. */
export interface Directory {
  readonly tenant: string;
  /** @throws {AadstsError} 90002, 50194: the path names no tenant, or none that an app can log in to */
  mustBeTenant(named: string): void;
  /** @throws {AadstsError} 90002: the path names no tenant, and none of the names for all of them */
  mustBeKnown(named: string): void;
  find(clientId: string): Application | null;
}

/** The directory as the configuration describes it. */
export function openDirectory({ tenant, apps }: EntraConfig): Directory {
  const byId = new Map<string, Application>();
  for (const app of apps) {
    byId.set(app.client_id.toLowerCase(), {
      clientId: app.client_id,
      name: app.name,
      secret: app.secret ?? null,
      expiredSecrets: app.expired_secrets,
      certificates: app.certificates.map((pem) => new X509Certificate(pem)),
      federatedCredentials: app.federated_credentials,
      objectId: objectIdOf(tenant, app.client_id),
    });
  }
  const isTenant = (named: string) => named.toLowerCase() === tenant.toLowerCase();
  return {
    tenant,
    mustBeTenant(named) {
      if (isTenant(named)) return;
      if (!EVERYBODY.has(named)) throw unknownTenant(named);
      throw new AadstsError(
        50194,
        `The application is not configured as a multi-tenant application. Usage of the /${named} endpoint is not supported for such apps. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
      );
    },
    mustBeKnown(named) {
      if (!isTenant(named) && !EVERYBODY.has(named)) throw unknownTenant(named);
    },
    find: (clientId) => byId.get(clientId.toLowerCase()) ?? null,
  };
}

/** Names of all tenants at once. */
const EVERYBODY: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);

function unknownTenant(named: string): AadstsError {
  return new AadstsError(
    90002,
    `Tenant '${named}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  );
}

/** The same in every run of a sandbox, and never the client id: the two are often mixed up. */
function objectIdOf(tenant: string, clientId: string): string {
  const hex = createHash('sha256').update(`${tenant}/${clientId}`.toLowerCase()).digest('hex');
  const version = `4${hex.slice(13, 16)}`;
  const variant = `a${hex.slice(17, 20)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), version, variant, hex.slice(20, 32)].join('-');
}
