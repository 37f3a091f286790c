import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { changeModel } from './change-model.ts';
import { modelInfo } from './unity-json.ts';
import { unityModel } from './unity-model.ts';

const UpdateModel = z.looseObject({
  new_name: z.string().optional(),
  owner: z.string().optional(),
  comment: z.string().optional(),
});

export const updateUnityModel: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.1/unity-catalog/models/:name',
  source: 'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.update',
  handle: signedIn(async (call, principal) => {
    const { new_name: newName, owner, comment } = await inputOf(call, UpdateModel);
    const model = unityModel(call.state, call.params['name'] ?? '');
    changeModel({ workspace: call.state, principal }, model, { newName, owner, comment });
    return Response.json(modelInfo(model, { aliases: false }));
  }),
};
