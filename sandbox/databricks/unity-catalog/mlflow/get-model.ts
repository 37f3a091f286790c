import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { modelJson } from '../unity-json.ts';
import { unityModel } from '../unity-model.ts';

const Named = z.looseObject({ name: z.string() });

export const getUcModel: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/get',
  source: 'mlflow databricks_uc_registry_service.proto, GetRegisteredModel',
  handle: signedIn(async (call) => {
    const { name } = await inputOf(call, Named);
    return Response.json({ registered_model: modelJson(unityModel(call.state, name)) });
  }),
};
