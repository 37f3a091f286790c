import type { SandboxConfig } from '../../config.ts';
import type { SandboxTools } from '../../kit/tools.ts';
import { ApiError, doesNotExist } from '../api-error.ts';
import { type Grant, isAdmin, levelOf } from '../permissions/grant.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

/** Ascending. Source: databricks-sdk-py service/workspace.py, AclPermission. */
export const SECRET_LEVELS = ['READ', 'WRITE', 'MANAGE'] as const;
export type SecretLevel = (typeof SECRET_LEVELS)[number];

export interface SecretScope {
  readonly name: string;
  access: readonly Grant<SecretLevel>[];
  readonly secrets: Map<string, Secret>;
}

interface Secret {
  readonly value: Buffer;
  readonly updatedMs: number;
}

/** The scopes there are at start: everybody may read them. */
export function scopesIn(
  { secret_scopes }: SandboxConfig['databricks'],
  tools: Pick<SandboxTools, 'clock' | 'hidden'>,
): Map<string, SecretScope> {
  const scopes = Object.entries(secret_scopes).map(([name, values]) => {
    const secrets = Object.entries(values).map(([key, text]) => {
      if (text !== '') tools.hidden.add(text);
      return [key, { value: Buffer.from(text), updatedMs: tools.clock.now() }] as const;
    });
    const access = [{ holder: { kind: 'group', name: 'users' }, level: 'READ' }] as const;
    return [name, { name, access, secrets: new Map(secrets) }] as const;
  });
  return new Map(scopes);
}

/**
 * The scope with this name, for somebody who may do that much with it.
 *
 * Source: databricks-sdk-py service/workspace.py, SecretsAPI; the texts are from memory.
 * @throws {ApiError} 404 or 403
 */
export function scopeFor(
  workspace: Workspace,
  principal: Principal,
  order: { readonly scope: string; readonly needed: SecretLevel },
): SecretScope {
  const { scope: name, needed } = order;
  const scope = workspace.secretScopes.get(name);
  if (!scope) throw doesNotExist(`Scope ${name} does not exist!`);
  if (mayUse(workspace, principal, scope, needed)) return scope;
  throw new ApiError(
    403,
    'PERMISSION_DENIED',
    `User ${principal.name} does not have ${needed} permission on scope ${name}`,
  );
}

export function mayUse(
  workspace: Workspace,
  principal: Principal,
  scope: SecretScope,
  needed: SecretLevel,
): boolean {
  if (isAdmin(workspace, principal)) return true;
  const level = levelOf(workspace, principal, scope.access, SECRET_LEVELS);
  return level !== null && SECRET_LEVELS.indexOf(level) >= SECRET_LEVELS.indexOf(needed);
}

/** What dbutils.secrets of a run that acts as this principal can read. */
export function readableSecrets(
  workspace: Workspace,
  principal: Principal,
): Record<string, Record<string, string>> {
  const scopes = [...workspace.secretScopes.values()]
    .filter((scope) => mayUse(workspace, principal, scope, 'READ'))
    .map(({ name, secrets }) => {
      const values = [...secrets].map(([key, { value }]) => [key, value.toString()] as const);
      return [name, Object.fromEntries(values)] as const;
    });
  return Object.fromEntries(scopes);
}
