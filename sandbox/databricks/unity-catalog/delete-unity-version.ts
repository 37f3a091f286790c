import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { removeVersion } from './change-model.ts';
import { unityModel, unityVersion } from './unity-model.ts';

export const deleteUnityVersion: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.1/unity-catalog/models/:name/versions/:version',
  source: 'databricks-sdk-py service/catalog.py, ModelVersionsAPI.delete',
  handle: signedIn(({ state, params }, principal) => {
    const { name = '', version = '' } = params;
    const model = unityModel(state, name);
    removeVersion({ workspace: state, principal }, model, unityVersion(model, version));
    return Response.json({});
  }),
};
