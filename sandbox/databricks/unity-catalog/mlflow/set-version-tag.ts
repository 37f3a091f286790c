import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { setUnityTag } from '../change-model.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const SetTag = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  key: z.string(),
  value: z.string(),
});

export const setUcVersionTag: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/set-tag',
  source: 'mlflow databricks_uc_registry_service.proto, SetModelVersionTag',
  handle: signedIn(async (call, principal) => {
    const { name, version, key, value } = await inputOf(call, SetTag);
    const model = unityModel(call.state, name);
    const tagged = unityVersion(model, version);
    setUnityTag({ workspace: call.state, principal }, model, tagged, { key, value });
    return Response.json({});
  }),
};
