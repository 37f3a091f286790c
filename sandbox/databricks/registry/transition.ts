import { randomUUID } from 'node:crypto';

import { invalidParameter } from '../api-error.ts';
import { checkModelAccess, neededToMove } from '../permissions/model-access.ts';
import type { Principal } from '../principal.ts';
import { publish } from '../webhooks/publish.ts';
import type { Workspace } from '../workspace.ts';
import { type ActivityType, modelNamed, type Stage, type Version } from './model.ts';

export interface Transition {
  readonly version: Version;
  readonly stage: Stage;
  readonly archiveExisting: boolean;
  readonly comment: string | undefined;
  readonly by: Principal;
  readonly as: 'APPLIED_TRANSITION' | 'APPROVED_REQUEST';
}

/**
 * Moves a version to a stage, its predecessors there to Archived, and tells the webhooks.
 *
 * A move to the stage it is in already is answered and told to nobody: UNVERIFIED.
 *
 * Source: docs.databricks.com/mlflow/model-registry; the text in mlflow/store/model_registry.
 * @throws {ApiError} nothing can be archived in favour of that stage
 */
export function transition(workspace: Workspace, move: Transition): void {
  const { version, stage, archiveExisting, comment, by } = move;
  if (archiveExisting && stage !== 'Staging' && stage !== 'Production') {
    throw invalidParameter(
      `Model version transition cannot archive existing model versions because '${stage}' is not ` +
        'an Active stage. Valid stages are Staging, Production',
    );
  }
  const from = version.stage;
  checkMove(workspace, move);
  apply(workspace, version, stage, { type: move.as, by, comment });
  if (archiveExisting) {
    const others = modelNamed(workspace, version.name).versions.filter(
      (one) => one !== version && one.stage === stage,
    );
    for (const other of others) {
      apply(workspace, other, 'Archived', { type: 'SYSTEM_TRANSITION', by, comment: undefined });
      tell(workspace, other, stage);
    }
  }
  if (from !== stage) tell(workspace, version, from);
}

/** @throws {ApiError} 403 */
function checkMove(workspace: Workspace, { version, stage, by }: Transition): void {
  const model = modelNamed(workspace, version.name);
  checkModelAccess(workspace, by, model, neededToMove(version.stage, stage));
}

interface Entry {
  readonly type: ActivityType;
  readonly by: Principal;
  readonly comment: string | undefined;
}

function apply(workspace: Workspace, version: Version, toStage: Stage, entry: Entry): void {
  const { type, by, comment } = entry;
  const atMs = workspace.tools.clock.now();
  const fromStage = version.stage;
  version.stage = toStage;
  version.updatedMs = atMs;
  version.activities.push({
    id: randomUUID().replaceAll('-', ''),
    type,
    userId: by.name,
    atMs,
    fromStage,
    toStage,
    comment,
  });
}

const SPECIAL = {
  None: [],
  Staging: ['MODEL_VERSION_TRANSITIONED_TO_STAGING'],
  Production: ['MODEL_VERSION_TRANSITIONED_TO_PRODUCTION'],
  Archived: ['MODEL_VERSION_TRANSITIONED_TO_ARCHIVED'],
} as const;

function tell(workspace: Workspace, { name, version, stage }: Version, from: Stage): void {
  publish(workspace, {
    events: ['MODEL_VERSION_TRANSITIONED_STAGE', ...SPECIAL[stage]],
    model: name,
    fields: { version, to_stage: stage, from_stage: from },
    text: `Registered model '${name}' version ${version} transitioned from ${from} to ${stage}.`,
  });
}
