import { invalidParameter } from '../api-error.ts';
import { mayUseModel, modelLevelOf, neededToMove } from '../permissions/model-access.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import {
  type Activity,
  type Comment,
  type Model,
  modelNamed,
  type Stage,
  type TransitionRequest,
  type Version,
} from './model.ts';

// Source for every shape: databricks-sdk-py service/ml.py. `available_actions` and `permission_level`
// are those of the caller.

/** Who asks, of what. */
export interface Asker {
  readonly workspace: Workspace;
  readonly principal: Principal;
}

export function versionJson(version: Version) {
  return {
    name: version.name,
    version: version.version,
    creation_timestamp: version.createdMs,
    last_updated_timestamp: version.updatedMs,
    user_id: version.userId,
    current_stage: version.stage,
    description: version.description,
    source: version.source,
    run_id: version.runId,
    run_link: version.runLink,
    status: 'READY',
    status_message: '',
    tags: tagsJson(version.tags),
  };
}

export function versionDatabricksJson(asker: Asker, version: Version) {
  const model = modelNamed(asker.workspace, version.name);
  return {
    ...versionJson(version),
    open_requests: version.requests.map((one) => requestJson(asker, version, one)),
    permission_level: modelLevelOf(asker.workspace, asker.principal, model),
  };
}

export function modelJson(model: Model) {
  const latest = latestVersions(model, []).map(versionJson);
  return {
    name: model.name,
    creation_timestamp: model.createdMs,
    last_updated_timestamp: model.updatedMs,
    user_id: model.userId,
    description: model.description,
    ...(latest.length > 0 && { latest_versions: latest }),
    tags: tagsJson(model.tags),
  };
}

export function modelDatabricksJson({ workspace, principal }: Asker, model: Model) {
  const level = modelLevelOf(workspace, principal, model);
  return { id: model.id, ...modelJson(model), permission_level: level };
}

/** The newest version in each of these stages, or in every stage. */
export function latestVersions(model: Model, stages: readonly Stage[]): readonly Version[] {
  const latest = new Map<Stage, Version>();
  for (const version of model.versions) {
    if (stages.length === 0 || stages.includes(version.stage)) latest.set(version.stage, version);
  }
  return [...latest.values()];
}

export function commentJson(comment: Comment, caller: Principal) {
  const own = comment.userId === caller.name;
  return {
    id: comment.id,
    comment: comment.text,
    creation_timestamp: comment.createdMs,
    last_updated_timestamp: comment.updatedMs,
    user_id: comment.userId,
    available_actions: own ? ['EDIT_COMMENT', 'DELETE_COMMENT'] : [],
  };
}

export function requestJson(asker: Asker, version: Version, request: TransitionRequest) {
  return {
    creation_timestamp: request.createdMs,
    user_id: request.userId,
    to_stage: request.toStage,
    ...(request.comment !== undefined && { comment: request.comment }),
    available_actions: [
      ...(mayAnswer(asker, version, request.toStage) ? ANSWERS : []),
      ...(request.userId === asker.principal.name ? ['CANCEL_TRANSITION_REQUEST'] : []),
    ],
  };
}

const ANSWERS = ['APPROVE_TRANSITION_REQUEST', 'REJECT_TRANSITION_REQUEST'];

function mayAnswer({ workspace, principal }: Asker, version: Version, to: Stage): boolean {
  const model = modelNamed(workspace, version.name);
  return mayUseModel(workspace, principal, model, neededToMove(version.stage, to));
}

export function activityJson(activity: Activity) {
  return {
    id: activity.id,
    activity_type: activity.type,
    creation_timestamp: activity.atMs,
    last_updated_timestamp: activity.atMs,
    user_id: activity.userId,
    from_stage: activity.fromStage,
    to_stage: activity.toStage,
    ...(activity.comment !== undefined && { comment: activity.comment }),
  };
}

function tagsJson(tags: ReadonlyMap<string, string>) {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** Source: the specification guarantees keys of 250 bytes and values of 5000; the text is ours. */
export function checkTag(key: string, value: string): void {
  if (key === '') throw invalidParameter('Tag name cannot be empty.');
  if (Buffer.byteLength(key) > 250) throw invalidParameter('Tag key exceeds 250 bytes.');
  if (Buffer.byteLength(value) > 5000) throw invalidParameter('Tag value exceeds 5000 bytes.');
}
