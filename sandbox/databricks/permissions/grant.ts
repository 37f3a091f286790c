import { z } from 'zod';

import { invalidParameter } from '../api-error.ts';
import { memberNamed, type Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

/** Who may do something. */
export interface Holder {
  readonly kind: Principal['kind'] | 'group';
  readonly name: string;
}

export interface Grant<Level extends string> {
  readonly holder: Holder;
  readonly level: Level;
}

/** One entry of an `access_control_list`. Source: databricks-sdk-py service/iam.py. */
const Entry = z.looseObject({
  user_name: z.string().optional(),
  group_name: z.string().optional(),
  service_principal_name: z.string().optional(),
  permission_level: z.string(),
});

export const AccessControlList = z.array(Entry);

/**
 * The grants of an access_control_list.
 *
 * Source: databricks-sdk-py service/iam.py; the texts are ours.
 * @throws {ApiError} 400, a level or a holder that there is not
 */
export function grantsOf<Level extends string>(
  workspace: Workspace,
  list: z.infer<typeof AccessControlList>,
  levels: readonly Level[],
): Grant<Level>[] {
  return list.map((entry) => {
    const level = levels.find((one) => one === entry.permission_level);
    if (!level) {
      throw invalidParameter(
        `Invalid permission_level ${entry.permission_level}: it must be one of ${levels.join(', ')}`,
      );
    }
    return { holder: holderOf(workspace, entry), level };
  });
}

function holderOf(workspace: Workspace, entry: z.infer<typeof Entry>): Holder {
  const { config, applications } = workspace;
  const holders = [
    { kind: 'user', name: entry.user_name },
    { kind: 'group', name: entry.group_name },
    { kind: 'application', name: entry.service_principal_name },
  ] as const;
  const [holder, ...more] = holders.flatMap(({ kind, name }) => (name ? [{ kind, name }] : []));
  if (!holder || more.length > 0) {
    throw invalidParameter(
      'Exactly one of user_name, group_name and service_principal_name is needed in each entry',
    );
  }
  const known = {
    user: config.users.some((user) => user.name === holder.name),
    group: Object.hasOwn(config.groups, holder.name) || ['users', 'admins'].includes(holder.name),
    application: applications.has(holder.name),
  };
  if (known[holder.kind]) return holder;
  const kinds = { user: 'UserName', group: 'GroupName', application: 'ServicePrincipalName' };
  throw invalidParameter(`Principal: ${kinds[holder.kind]}(${holder.name}) does not exist`);
}

/** Whoever goes by this name: a person, an application or a group; null: nobody does. */
export function holderNamed(workspace: Workspace, name: string): Holder | null {
  const { config } = workspace;
  if (['users', 'admins'].includes(name) || Object.hasOwn(config.groups, name)) {
    return { kind: 'group', name };
  }
  return memberNamed(workspace, name);
}

/** The name of a holder as the field of an access_control_list that holds it. */
export function holderJson({ kind, name }: Holder) {
  switch (kind) {
    case 'user':
      return { user_name: name, display_name: name };
    case 'group':
      return { group_name: name };
    case 'application':
      return { service_principal_name: name, display_name: name };
  }
}

/** Whether somebody may do everything in the workspace: without `admins` everybody may. */
export function isAdmin({ config }: Workspace, { name }: Principal): boolean {
  return config.admins?.includes(name) ?? true;
}

/** The highest of these levels that somebody was given, by name or as one of a group. */
export function levelOf<Level extends string>(
  workspace: Workspace,
  principal: Principal,
  grants: readonly Grant<Level>[],
  ascending: readonly Level[],
): Level | null {
  const held = new Set(
    grants.filter(({ holder }) => isHeldBy(workspace, principal, holder)).map(({ level }) => level),
  );
  return ascending.findLast((level) => held.has(level)) ?? null;
}

function isHeldBy(workspace: Workspace, principal: Principal, holder: Holder): boolean {
  if (holder.kind !== 'group')
    return holder.kind === principal.kind && holder.name === principal.name;
  if (holder.name === 'users') return true;
  if (holder.name === 'admins') return isAdmin(workspace, principal);
  return workspace.config.groups[holder.name]?.includes(principal.name) ?? false;
}
