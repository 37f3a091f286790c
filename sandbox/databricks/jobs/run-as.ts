import { ApiError } from '../api-error.ts';
import type { Principal } from '../principal.ts';

/**
 * Lets `run_as` name the caller; the sandbox gives nobody the role to run as somebody else.
 *
 * Source: databricks-sdk-py service/jobs.py, JobRunAs; the text is ours.
 * @throws {ApiError} 403
 */
export function checkRunAs(runAs: Record<string, unknown> | undefined, caller: Principal): void {
  const named = Object.values(runAs ?? {})[0];
  if (named === undefined || named === caller.name) return;
  throw new ApiError(
    403,
    'PERMISSION_DENIED',
    `${caller.name} does not have the servicePrincipal.user role on ${JSON.stringify(named)}`,
  );
}
