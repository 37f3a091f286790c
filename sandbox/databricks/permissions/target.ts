import type { z } from 'zod';
import { ApiError, doesNotExist, invalidParameter } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { type AccessControlList, type Grant, grantsOf, isAdmin } from './grant.ts';
import { checkJobAccess, JOB_LEVELS } from './job-access.ts';
import { checkModelAccess, MODEL_LEVELS } from './model-access.ts';

type List = z.infer<typeof AccessControlList>;

/** Something whose permissions can be read and set. */
export interface PermissionTarget {
  readonly id: string;
  readonly type: string;
  readonly access: readonly Grant<string>[];
  /** Where the permissions of administrators come from. */
  readonly root: string;
  set(list: List): void;
  update(list: List): void;
}

export const KINDS = {
  jobs: {
    levels: JOB_LEVELS,
    descriptions: {
      CAN_VIEW: 'Can view the job, and its runs',
      CAN_MANAGE_RUN: 'Can view, trigger and cancel runs of the job',
      CAN_MANAGE: 'Can manage the job',
      IS_OWNER: 'Is the owner of the job',
    },
  },
  'registered-models': {
    levels: MODEL_LEVELS,
    descriptions: {
      CAN_READ: 'Can view the model, and request transitions of its versions',
      CAN_EDIT: 'Can edit the model, and create versions',
      CAN_MANAGE_STAGING_VERSIONS: 'Can manage staging versions of the model',
      CAN_MANAGE_PRODUCTION_VERSIONS: 'Can manage production versions of the model',
      CAN_MANAGE: 'Can manage the model',
    },
  },
} as const;
type Kind = keyof typeof KINDS;

/** @throws {ApiError} 400, the sandbox has no permissions for such objects */
export function kindNamed(name: string): Kind {
  if (name === 'jobs' || name === 'registered-models') return name;
  throw invalidParameter(
    `The sandbox has permissions for jobs and registered-models, not for '${name}'`,
  );
}

/**
 * The job or the model with this id, if the caller may do that with it.
 *
 * Source: terraform-provider-databricks docs/resources/permissions.md (`root`: all models).
 * @throws {ApiError} 403 or 404
 */
export function targetOf(
  workspace: Workspace,
  caller: Principal,
  object: { readonly kind: string; readonly id: string },
  purpose: 'read' | 'write',
): PermissionTarget {
  if (kindNamed(object.kind) === 'jobs') return jobTarget(workspace, caller, object.id, purpose);
  return object.id === 'root'
    ? allModelsTarget(workspace, caller, purpose)
    : modelTarget(workspace, caller, object.id, purpose);
}

function jobTarget(
  workspace: Workspace,
  caller: Principal,
  id: string,
  purpose: 'read' | 'write',
): PermissionTarget {
  const jobId = Number(workspace.ids.taken(id));
  const job = workspace.jobs.get(jobId);
  const needed = purpose === 'read' ? 'CAN_VIEW' : 'CAN_MANAGE';
  checkJobAccess(workspace, caller, { jobId, job, needed });
  if (!job) throw doesNotExist(`Job ${id} does not exist.`);
  const put = (list: List, before: typeof job.access) => {
    const access = merged(before, grantsOf(workspace, list, JOB_LEVELS));
    const owners = access.filter((one) => one.level === 'IS_OWNER');
    // From memory.
    if (owners.length !== 1) throw invalidParameter('The job must have exactly one owner.');
    if (owners[0]?.holder.kind === 'group') {
      throw invalidParameter('Groups can not be owner of jobs.');
    }
    job.access = access;
  };
  return {
    id: `/jobs/${jobId}`,
    type: 'job',
    access: job.access,
    root: '/jobs/',
    set: (list) => put(list, []),
    update: (list) => {
      // Whoever becomes the owner takes the place of the one before.
      const isHandedOver = list.some((entry) => entry.permission_level === 'IS_OWNER');
      put(
        list,
        job.access.filter((one) => !isHandedOver || one.level !== 'IS_OWNER'),
      );
    },
  };
}

function modelTarget(
  workspace: Workspace,
  caller: Principal,
  id: string,
  purpose: 'read' | 'write',
): PermissionTarget {
  const model = [...workspace.models.values()].find((one) => one.id === id);
  if (!model) throw doesNotExist(`RegisteredModel with id '${id}' does not exist`);
  checkModelAccess(workspace, caller, model, purpose === 'read' ? 'CAN_READ' : 'CAN_MANAGE');
  const put = (list: List, before: typeof model.access) => {
    model.access = merged(before, grantsOf(workspace, list, MODEL_LEVELS));
  };
  return {
    id: `/registered-models/${id}`,
    type: 'registered-model',
    access: model.access,
    root: '/registered-models/',
    set: (list) => put(list, []),
    update: (list) => put(list, model.access),
  };
}

function allModelsTarget(
  workspace: Workspace,
  caller: Principal,
  purpose: 'read' | 'write',
): PermissionTarget {
  if (purpose === 'write' && !isAdmin(workspace, caller)) {
    const message = `User ${caller.name} is not an administrator of the workspace`;
    throw new ApiError(403, 'PERMISSION_DENIED', message);
  }
  const put = (list: List, before: typeof workspace.accessToModels) => {
    workspace.accessToModels = merged(before, grantsOf(workspace, list, MODEL_LEVELS));
  };
  return {
    id: '/registered-models/root',
    type: 'registered-model',
    access: workspace.accessToModels,
    root: '/registered-models/',
    set: (list) => put(list, []),
    update: (list) => put(list, workspace.accessToModels),
  };
}

/** A holder keeps one level of each list: the one it was given last. */
function merged<Level extends string>(
  before: readonly Grant<Level>[],
  added: readonly Grant<Level>[],
): Grant<Level>[] {
  const all = [...before, ...added].map(
    (one) => [`${one.holder.kind} ${one.holder.name}`, one] as const,
  );
  return [...new Map(all).values()];
}
