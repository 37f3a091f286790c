import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { removeModel } from './change-model.ts';
import { unityModel } from './unity-model.ts';

export const deleteUnityModel: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.1/unity-catalog/models/:name',
  source: 'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.delete',
  handle: signedIn(({ state, params }, principal) => {
    removeModel({ workspace: state, principal }, unityModel(state, params['name'] ?? ''));
    return Response.json({});
  }),
};
