import { createHash } from 'node:crypto';

import type { SandboxConfig } from '../config.ts';
import { AadstsError } from './aadsts.ts';

export interface Application {
  readonly clientId: string;
  readonly name: string;
  readonly secret: string;
  /** Of its service principal in the tenant: what a token calls `oid` and `sub`. */
  readonly objectId: string;
}

/** The one tenant of the sandbox, and the applications registered in it. */
export interface Directory {
  readonly tenant: string;
  /** @throws {AadstsError} 90002, 50194: the path names no tenant, or none that an app can log in to */
  mustBeTenant(named: string): void;
  find(clientId: string): Application | null;
}

/** The directory as the configuration describes it. */
export function openDirectory({ tenant, apps }: SandboxConfig['entra']): Directory {
  const byId = new Map<string, Application>();
  for (const { client_id: clientId, name, secret } of apps) {
    const objectId = objectIdOf(tenant, clientId);
    byId.set(clientId.toLowerCase(), { clientId, name, secret, objectId });
  }
  return {
    tenant,
    mustBeTenant(named) {
      if (named.toLowerCase() === tenant.toLowerCase()) return;
      if (['common', 'organizations', 'consumers'].includes(named)) {
        throw new AadstsError(
          50194,
          `The application is not configured as a multi-tenant application. Usage of the /${named} endpoint is not supported for such apps. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
        );
      }
      throw new AadstsError(
        90002,
        `Tenant '${named}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
      );
    },
    find: (clientId) => byId.get(clientId.toLowerCase()) ?? null,
  };
}

/** The same in every run of a sandbox, and never the client id: the two are often mixed up. */
function objectIdOf(tenant: string, clientId: string): string {
  const hex = createHash('sha256').update(`${tenant}/${clientId}`.toLowerCase()).digest('hex');
  const version = `4${hex.slice(13, 16)}`;
  const variant = `a${hex.slice(17, 20)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), version, variant, hex.slice(20, 32)].join('-');
}
