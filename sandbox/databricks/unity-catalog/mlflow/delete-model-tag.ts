import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { setUnityTag } from '../change-model.ts';
import { unityModel } from '../unity-model.ts';

const DeleteTag = z.looseObject({
  name: z.string(),
  key: z.string(),
});

export const deleteUcModelTag: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/delete-tag',
  source: 'mlflow databricks_uc_registry_service.proto, DeleteRegisteredModelTag',
  handle: signedIn(async (call, principal) => {
    const { name, key } = await inputOf(call, DeleteTag);
    const model = unityModel(call.state, name);
    setUnityTag({ workspace: call.state, principal }, model, model, { key, value: null });
    return Response.json({});
  }),
};
