import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { doesNotExist } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import {
  type Activity,
  type ActivityType,
  type Stage,
  type TransitionRequest,
  type Version,
} from './model.ts';

/** A transition request has no id: it is named by model, version and stage. */
export const RequestName = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  stage: z.string(),
  comment: z.string().optional(),
});

/**
 * The open requests for a stage. The text is ours.
 *
 * @throws {ApiError} there is none
 */
export function openRequests(
  version: Version,
  stage: Stage,
  creator?: string,
): readonly TransitionRequest[] {
  const open = version.requests.filter(
    (one) => one.toStage === stage && (creator === undefined || one.userId === creator),
  );
  if (open.length > 0) return open;
  throw doesNotExist(
    `No open transition request of version ${version.version} of '${version.name}' to ${stage}`,
  );
}

/** Takes the open requests for a stage off the list. @throws {ApiError} there is none */
export function takeRequests(version: Version, stage: Stage, creator?: string): void {
  for (const one of openRequests(version, stage, creator)) {
    version.requests.splice(version.requests.indexOf(one), 1);
  }
}

/** Writes down what was done about a request. */
export function noteActivity(
  workspace: Workspace,
  version: Version,
  note: {
    readonly type: ActivityType;
    readonly by: Principal;
    readonly toStage: Stage;
    readonly comment: string | undefined;
  },
): Activity {
  const activity: Activity = {
    id: randomUUID().replaceAll('-', ''),
    type: note.type,
    userId: note.by.name,
    atMs: workspace.tools.clock.now(),
    fromStage: version.stage,
    toStage: note.toStage,
    comment: note.comment,
  };
  version.activities.push(activity);
  return activity;
}
