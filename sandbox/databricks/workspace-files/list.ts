import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { existing, objectJson, objectsIn, workspacePath } from './workspace-object.ts';

const List = z.looseObject({ path: z.string(), notebooks_modified_after: Int.default(0) });

export const listObjects: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/workspace/list',
  source: 'databricks-sdk-py service/workspace.py, WorkspaceAPI.list: of a notebook, the notebook',
  handle: signedIn(async (call) => {
    const { path: given, notebooks_modified_after: afterMs } = await inputOf(call, List);
    const path = workspacePath(given);
    const object = await existing(call.state, path);
    const isFolder = object.kind === 'directory' || object.kind === 'repo';
    const found = isFolder ? await objectsIn(call.state, path) : [object];
    const objects = (await Promise.all(found.map(objectJson))).filter(
      (one) => one.object_type !== 'NOTEBOOK' || (one.modified_at ?? 0) >= afterMs,
    );
    return Response.json(objects.length > 0 ? { objects } : {});
  }),
};
