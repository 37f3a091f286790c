import { ApiError, invalidParameter } from '../api-error.ts';
import { memberNamed, type Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Whom `run_as` names: the caller, or an application the caller has the role for.
 *
 * Source: databricks-sdk-py service/jobs.py, JobRunAs; the texts are ours.
 * @throws {ApiError} 403, the caller lacks the role; 400, there is nobody of that name
 */
export function runAsOf(
  workspace: Workspace,
  runAs: Record<string, unknown> | undefined,
  caller: Principal,
): Principal {
  const { field, named } = nameIn(runAs);
  if (named === null || named === caller.name) return caller;
  const roles = new Map(Object.entries(workspace.config.run_as));
  const role = field === 'service_principal_name' ? roles.get(named) : undefined;
  if (!role?.includes(caller.name)) {
    throw new ApiError(
      403,
      'PERMISSION_DENIED',
      `${caller.name} does not have the servicePrincipal.user role on ${JSON.stringify(named)}`,
    );
  }
  const member = memberNamed(workspace, named);
  if (!member) throw invalidParameter(`Principal: ServicePrincipalName(${named}) does not exist`);
  return member;
}

function nameIn(runAs: Record<string, unknown> | undefined) {
  const [[field, named] = ['', null], ...more] = Object.entries(runAs ?? {});
  if (more.length === 0 && (named === null || typeof named === 'string')) return { field, named };
  throw invalidParameter('run_as names exactly one of service_principal_name and user_name');
}
