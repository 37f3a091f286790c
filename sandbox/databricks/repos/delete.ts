import { rm } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { localPath } from '../workspace-files/workspace-object.ts';
import { repoWith } from './repo.ts';

export const deleteRepo: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/repos/:id',
  source: 'databricks-sdk-py service/workspace.py, ReposAPI.delete',
  handle: signedIn(async ({ state, params }) => {
    const { id, path } = repoWith(state, params['id']);
    state.repos.delete(id);
    await rm(localPath(state, path), { recursive: true, force: true });
    return Response.json({});
  }),
};
