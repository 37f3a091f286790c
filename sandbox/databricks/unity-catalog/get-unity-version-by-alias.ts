import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { IncludeAliases } from './include-aliases.ts';
import { versionInfo } from './unity-json.ts';
import { unityModel, versionByAlias } from './unity-model.ts';

export const getUnityVersionByAlias: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.1/unity-catalog/models/:name/aliases/:alias',
  source: 'databricks-sdk-py service/catalog.py, ModelVersionsAPI.get_by_alias',
  handle: signedIn(async (call) => {
    const { include_aliases: aliases } = await inputOf(call, IncludeAliases);
    const { name = '', alias = '' } = call.params;
    const model = unityModel(call.state, name);
    return Response.json(versionInfo(model, versionByAlias(model, alias), { aliases, tags: true }));
  }),
};
