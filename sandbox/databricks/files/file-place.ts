import { join, posix } from 'node:path';

import { ApiError, invalidParameter } from '../api-error.ts';
import { isBelow } from '../is-below.ts';
import type { Principal } from '../principal.ts';
import { checkOwner, unityModel } from '../unity-catalog/unity-model.ts';
import type { Workspace } from '../workspace.ts';

const ROOTS = { Volumes: join('root', 'volumes'), Models: 'models' } as const;

export interface FilePlace {
  /** As the API names it. */
  readonly path: string;
  /** On this machine. */
  readonly local: string;
}

/**
 * Where a path of the Files API is on this machine.
 *
 * Source: databricks-sdk-py service/files.py, FilesAPI: /Volumes, and /Models for Unity Catalog; the
 * text is ours.
 * @throws {ApiError} 400, it is in neither
 */
export function placeOf({ folder }: Workspace, rest: string): FilePlace {
  const path = posix.normalize(`/${rest}`);
  const [, root = '', ...below] = path.split('/');
  if ((root !== 'Volumes' && root !== 'Models') || path.includes('\0')) {
    throw invalidParameter(`Invalid path: ${path}. The sandbox has /Volumes and /Models.`);
  }
  return { path, local: join(folder, ROOTS[root], ...below) };
}

/** Whether there is something, and it is no link that leads elsewhere. */
export async function isThere({ folder }: Workspace, { path, local }: FilePlace): Promise<boolean> {
  const root = path.startsWith('/Models') ? ROOTS.Models : ROOTS.Volumes;
  return isBelow(join(folder, root), local);
}

/** The files of a model are its owner's. @throws {ApiError} 403 or 404 */
export function checkWritable(workspace: Workspace, principal: Principal, path: string): void {
  const [, root, catalog, schema, name] = path.split('/');
  if (root !== 'Models') return;
  checkOwner(workspace, principal, unityModel(workspace, `${catalog}.${schema}.${name}`));
}

/** Source: databricks-sdk-py errors (NOT_FOUND); the text is ours. */
export function notFound(path: string): ApiError {
  return new ApiError(404, 'NOT_FOUND', `The path ${path} does not exist.`);
}
