import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { IncludeAliases } from './include-aliases.ts';
import { versionInfo } from './unity-json.ts';
import { unityModel, unityVersion } from './unity-model.ts';

export const getUnityVersion: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.1/unity-catalog/models/:name/versions/:version',
  source: 'databricks-sdk-py service/catalog.py, ModelVersionsAPI.get',
  handle: signedIn(async (call) => {
    const { include_aliases: aliases } = await inputOf(call, IncludeAliases);
    const { name = '', version = '' } = call.params;
    const model = unityModel(call.state, name);
    return Response.json(versionInfo(model, unityVersion(model, version), { aliases, tags: true }));
  }),
};
