import { doesNotExist, invalidParameter } from '../api-error.ts';
import type { Grant } from '../permissions/grant.ts';
import { checkModelAccess, type ModelLevel, mayUseModel } from '../permissions/model-access.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived';

const STAGES: readonly Stage[] = ['None', 'Staging', 'Production', 'Archived'];

/** A registered model; it changes with its registry. */
export interface Model {
  readonly id: string;
  name: string;
  readonly userId: string;
  readonly createdMs: number;
  updatedMs: number;
  description: string;
  access: readonly Grant<ModelLevel>[];
  readonly tags: Map<string, string>;
  readonly versions: Version[];
  /** Numbers are not given out twice, even when a version is deleted. */
  lastVersion: number;
}

export interface Version {
  name: string;
  /** Registries count in text: `7`. */
  readonly version: string;
  readonly userId: string;
  readonly createdMs: number;
  readonly source: string;
  readonly runId: string;
  readonly runLink: string;
  updatedMs: number;
  description: string;
  stage: Stage;
  readonly tags: Map<string, string>;
  readonly comments: Comment[];
  /** Transition requests that wait for an answer. */
  readonly requests: TransitionRequest[];
  /** What happened to it, oldest first. */
  readonly activities: Activity[];
}

export interface Comment {
  readonly id: string;
  readonly userId: string;
  readonly createdMs: number;
  updatedMs: number;
  text: string;
}

export interface TransitionRequest {
  readonly userId: string;
  readonly toStage: Stage;
  readonly createdMs: number;
  readonly comment: string | undefined;
}

/** Source: databricks-sdk-py service/ml.py, ActivityType. */
export type ActivityType =
  | 'APPLIED_TRANSITION'
  | 'REQUESTED_TRANSITION'
  | 'CANCELLED_REQUEST'
  | 'APPROVED_REQUEST'
  | 'REJECTED_REQUEST'
  | 'SYSTEM_TRANSITION'
  | 'NEW_COMMENT';

export interface Activity {
  readonly id: string;
  readonly type: ActivityType;
  readonly userId: string;
  readonly atMs: number;
  readonly fromStage: Stage;
  readonly toStage: Stage;
  readonly comment: string | undefined;
}

/**
 * Source: terraform-provider-databricks mlflow/data_mlflow_model_test.go (missing), databricks/cli
 * acceptance (empty name).
 * @throws {ApiError} there is no such model
 */
export function modelNamed({ models }: Workspace, name: string): Model {
  checkName(name);
  const model = models.get(name);
  if (model) return model;
  throw doesNotExist(`RegisteredModel '${name}' does not exist. It might have been deleted.`);
}

/** @throws {ApiError} the name is empty */
export function checkName(name: string): void {
  if (name !== '') return;
  throw invalidParameter("Got an invalid name ''. Registered Model names cannot be empty strings.");
}

/**
 * The model with this name, for somebody who may do that much with it.
 *
 * @throws {ApiError} 404 or 403
 */
export function modelFor(
  workspace: Workspace,
  principal: Principal,
  order: { readonly name: string; readonly needed: ModelLevel },
): Model {
  const model = modelNamed(workspace, order.name);
  checkModelAccess(workspace, principal, model, order.needed);
  return model;
}

/** The models that somebody may see. */
export function readableModels(workspace: Workspace, principal: Principal): Model[] {
  return [...workspace.models.values()].filter((model) =>
    mayUseModel(workspace, principal, model, 'CAN_READ'),
  );
}

interface VersionOrder {
  readonly name: string;
  readonly version: string;
  readonly needed: ModelLevel;
}

/**
 * The version of that number, for somebody who may do that much with its model.
 *
 * Source: mlflow/store/model_registry (the open-source registry's text).
 * @throws {ApiError} 404 or 403
 */
export function versionFor(
  workspace: Workspace,
  principal: Principal,
  order: VersionOrder,
): Version {
  const { name, version } = order;
  const found = modelFor(workspace, principal, order).versions.find(
    (one) => one.version === version,
  );
  if (found) return found;
  throw doesNotExist(`Model Version (name=${name}, version=${version}) not found`);
}

/**
 * The stage that is meant, however it is capitalised.
 *
 * Source: mlflow/entities/model_registry/model_version_stages.py.
 * @throws {ApiError} it is no stage
 */
export function stageNamed(text: string): Stage {
  const stage = STAGES.find((one) => one.toLowerCase() === text.toLowerCase());
  if (stage) return stage;
  throw invalidParameter(
    `Invalid Model Version stage: ${text}. Value must be one of ${STAGES.join(', ')}.`,
  );
}
