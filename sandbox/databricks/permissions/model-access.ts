import { ApiError } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import type { Model, Stage } from '../registry/model.ts';
import type { Workspace } from '../workspace.ts';
import { isAdmin, levelOf } from './grant.ts';

/** Ascending. Source: databricks-sdk-py service/ml.py, RegisteredModelPermissionLevel. */
export const MODEL_LEVELS = [
  'CAN_READ',
  'CAN_EDIT',
  'CAN_MANAGE_STAGING_VERSIONS',
  'CAN_MANAGE_PRODUCTION_VERSIONS',
  'CAN_MANAGE',
] as const;
export type ModelLevel = (typeof MODEL_LEVELS)[number];

/** How much somebody may do with a model: as an admin, by its own list or by that of all models. */
export function modelLevelOf(
  workspace: Workspace,
  principal: Principal,
  model: Model,
): ModelLevel | null {
  if (isAdmin(workspace, principal)) return 'CAN_MANAGE';
  const grants = [...model.access, ...workspace.accessToModels];
  return levelOf(workspace, principal, grants, MODEL_LEVELS);
}

export function mayUseModel(
  workspace: Workspace,
  principal: Principal,
  model: Model,
  needed: ModelLevel,
): boolean {
  const level = modelLevelOf(workspace, principal, model);
  return level !== null && MODEL_LEVELS.indexOf(level) >= MODEL_LEVELS.indexOf(needed);
}

/** The text is ours. @throws {ApiError} 403 */
export function checkModelAccess(
  workspace: Workspace,
  principal: Principal,
  model: Model,
  needed: ModelLevel,
): void {
  if (mayUseModel(workspace, principal, model, needed)) return;
  throw new ApiError(
    403,
    'PERMISSION_DENIED',
    `User ${principal.name} does not have ${needed} permission on registered model '${model.name}'`,
  );
}

/**
 * What it takes to move a version between two stages, or to answer a request for that.
 *
 * Source: docs.databricks.com, "MLflow model ACLs", from memory.
 */
export function neededToMove(from: Stage, to: Stage): ModelLevel {
  return from === 'Production' || to === 'Production'
    ? 'CAN_MANAGE_PRODUCTION_VERSIONS'
    : 'CAN_MANAGE_STAGING_VERSIONS';
}
