import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { removeAlias } from './change-model.ts';
import { unityModel } from './unity-model.ts';

export const deleteUnityAlias: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.1/unity-catalog/models/:name/aliases/:alias',
  source: 'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.delete_alias',
  handle: signedIn(({ state, params }, principal) => {
    const { name = '', alias = '' } = params;
    removeAlias({ workspace: state, principal }, unityModel(state, name), alias);
    return Response.json({});
  }),
};
