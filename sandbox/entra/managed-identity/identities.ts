import type { Application, Directory } from '../directory.ts';
import type { EntraConfig } from '../entra-config.ts';

/** The identities that a machine lends to its programs. */
export interface Identities {
  readonly directory: Directory;
  readonly system: string | null;
  readonly user: readonly string[];
}

/** By which of its ids an identity is asked for; null: by none. */
export interface Wanted {
  readonly by: 'client id' | 'object id' | 'resource id';
  readonly id: string;
}

export type Chosen =
  | { readonly kind: 'identity'; readonly app: Application }
  | { readonly kind: 'none' }
  /** There are several, and no word of which. */
  | { readonly kind: 'ambiguous' };

export function identitiesOf(
  { managed_identity: managed }: EntraConfig,
  directory: Directory,
): Identities {
  return {
    directory,
    system: managed?.system_assigned ?? null,
    user: managed?.user_assigned ?? [],
  };
}

/**
 * The identity that a program means: the machine's own, unless it names another or there is just
 * one that is lent to it.
 *
 * Source: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export function chosen({ directory, system, user }: Identities, wanted: Wanted | null): Chosen {
  if (!wanted) {
    const only = system ?? (user.length === 1 ? user[0] : undefined);
    if (only === undefined) return { kind: user.length > 1 ? 'ambiguous' : 'none' };
    return identity(directory.find(only));
  }
  // The sandbox has no Azure resources, and so none of their ids.
  if (wanted.by === 'resource id') return { kind: 'none' };
  const field = wanted.by === 'client id' ? 'clientId' : 'objectId';
  const apps = [system ?? [], user].flat().flatMap((clientId) => directory.find(clientId) ?? []);
  const id = wanted.id.toLowerCase();
  return identity(apps.find((app) => app[field].toLowerCase() === id) ?? null);
}

function identity(app: Application | null): Chosen {
  return app ? { kind: 'identity', app } : { kind: 'none' };
}
