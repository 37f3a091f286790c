import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { setAlias } from './change-model.ts';
import { aliasesOf } from './unity-json.ts';
import { unityModel } from './unity-model.ts';

const SetAlias = z.looseObject({ version_num: Int });

export const setUnityAlias: Action<Workspace> = {
  method: 'PUT',
  path: '/api/2.1/unity-catalog/models/:name/aliases/:alias',
  source: 'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.set_alias',
  handle: signedIn(async (call, principal) => {
    const { version_num: version } = await inputOf(call, SetAlias);
    const { name = '', alias = '' } = call.params;
    const model = unityModel(call.state, name);
    setAlias({ workspace: call.state, principal }, model, { alias, version });
    return Response.json(aliasesOf(model).find((one) => one.alias_name === alias));
  }),
};
