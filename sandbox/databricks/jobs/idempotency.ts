import { invalidParameter } from '../api-error.ts';
import type { Workspace } from '../workspace.ts';
import { findRun, type Run } from './run.ts';

/** Source: databricks-sdk-py service/jobs.py: at most 64 characters. */
const MAX_TOKEN_LENGTH = 64;

/**
 * The run that was started with this token, or the one that `start` starts.
 *
 * Source: databricks-sdk-py service/jobs.py; the texts are ours.
 * @throws {ApiError} 400, the token is too long, or its run was deleted
 */
export function once(workspace: Workspace, token: string | undefined, start: () => Run): number {
  if (!token) return start().runId;
  if (token.length > MAX_TOKEN_LENGTH) {
    throw invalidParameter(`idempotency_token is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  const known = workspace.idempotent.get(token);
  if (known !== undefined) {
    if (!findRun(workspace, known)) {
      throw invalidParameter(`The run of idempotency_token ${token} was deleted`);
    }
    return known;
  }
  const { runId } = start();
  workspace.idempotent.set(token, runId);
  return runId;
}
