import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { setUnityTag } from '../change-model.ts';
import { unityModel } from '../unity-model.ts';

const SetTag = z.looseObject({
  name: z.string(),
  key: z.string(),
  value: z.string(),
});

export const setUcModelTag: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/set-tag',
  source: 'mlflow databricks_uc_registry_service.proto, SetRegisteredModelTag',
  handle: signedIn(async (call, principal) => {
    const { name, key, value } = await inputOf(call, SetTag);
    const model = unityModel(call.state, name);
    setUnityTag({ workspace: call.state, principal }, model, model, { key, value });
    return Response.json({});
  }),
};
