import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { changeModel } from '../change-model.ts';
import { modelJson } from '../unity-json.ts';
import { unityModel } from '../unity-model.ts';

const UpdateModel = z.looseObject({
  name: z.string(),
  new_name: z.string().optional(),
  description: z.string().optional(),
});

export const updateUcModel: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/update',
  source: 'mlflow databricks_uc_registry_service.proto, UpdateRegisteredModel',
  handle: signedIn(async (call, principal) => {
    const { name, new_name: newName, description } = await inputOf(call, UpdateModel);
    const model = unityModel(call.state, name);
    const change = { newName, comment: description, owner: undefined };
    changeModel({ workspace: call.state, principal }, model, change);
    return Response.json({ registered_model: modelJson(model) });
  }),
};
