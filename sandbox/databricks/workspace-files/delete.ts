import { rm } from 'node:fs/promises';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError, invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { Flag, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { existing, objectsIn, workspacePath } from './workspace-object.ts';

const Delete = z.looseObject({ path: z.string(), recursive: Flag.default(false) });

export const deleteObject: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/workspace/delete',
  source: 'databricks-sdk-py service/workspace.py, WorkspaceAPI.delete; the texts are from memory',
  handle: signedIn(async (call) => {
    const { path: given, recursive } = await inputOf(call, Delete);
    const path = workspacePath(given);
    if (path === '/') throw invalidParameter('The root folder cannot be deleted');
    const object = await existing(call.state, path);
    const isFolder = object.kind === 'directory' || object.kind === 'repo';
    if (isFolder && !recursive && (await objectsIn(call.state, path)).length > 0) {
      throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`);
    }
    await rm(object.local, { recursive: true });
    for (const repo of call.state.repos.values()) {
      if (repo.path === path || repo.path.startsWith(`${path}/`)) call.state.repos.delete(repo.id);
    }
    return Response.json({});
  }),
};
