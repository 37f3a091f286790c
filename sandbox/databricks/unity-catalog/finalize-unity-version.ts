import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { finalize } from './change-model.ts';
import { versionInfo } from './unity-json.ts';
import { unityModel, unityVersion } from './unity-model.ts';

export const finalizeUnityVersion: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.1/unity-catalog/models/:name/versions/:version/finalize',
  source: 'mlflow unity_catalog_service.proto, FinalizeModelVersion',
  handle: signedIn(({ state, params }, principal) => {
    const { name = '', version: number = '' } = params;
    const model = unityModel(state, name);
    const version = unityVersion(model, number);
    finalize({ workspace: state, principal }, model, version);
    return Response.json(versionInfo(model, version, { aliases: false }));
  }),
};
