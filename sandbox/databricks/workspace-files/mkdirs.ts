import { mkdir } from 'node:fs/promises';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { alreadyExists } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { localPath, workspacePath } from './workspace-object.ts';

export const makeDirectories: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/workspace/mkdirs',
  source:
    'databricks-sdk-py service/workspace.py, WorkspaceAPI.mkdirs: idempotent; the text is ours',
  handle: signedIn(async (call) => {
    const { path: given } = await inputOf(call, z.looseObject({ path: z.string() }));
    const path = workspacePath(given);
    await mkdir(localPath(call.state, path), { recursive: true }).catch(() => {
      throw alreadyExists(`Path (${path}), or one above it, is no folder.`);
    });
    return Response.json({});
  }),
};
