import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { IncludeAliases } from './include-aliases.ts';
import { modelInfo } from './unity-json.ts';
import { unityModel } from './unity-model.ts';

export const getUnityModel: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.1/unity-catalog/models/:name',
  source: 'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.get',
  handle: signedIn(async (call) => {
    const { include_aliases: aliases } = await inputOf(call, IncludeAliases);
    const model = unityModel(call.state, call.params['name'] ?? '');
    return Response.json(modelInfo(model, { aliases, tags: true }));
  }),
};
