import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { existing, objectJson, workspacePath } from './workspace-object.ts';

export const getStatus: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/workspace/get-status',
  source: 'databricks-sdk-py service/workspace.py, WorkspaceAPI.get_status',
  handle: signedIn(async (call) => {
    const { path } = await inputOf(call, z.looseObject({ path: z.string() }));
    return Response.json(await objectJson(await existing(call.state, workspacePath(path))));
  }),
};
