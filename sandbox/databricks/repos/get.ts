import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { repoJson, repoWith } from './repo.ts';

export const getRepo: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/repos/:id',
  source: 'databricks-sdk-py service/workspace.py, ReposAPI.get',
  handle: signedIn(({ state, params }) => Response.json(repoJson(repoWith(state, params['id'])))),
};
