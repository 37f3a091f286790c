import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { removeVersion } from '../change-model.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const NamedVersion = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const deleteUcVersion: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/delete',
  source: 'mlflow databricks_uc_registry_service.proto, DeleteModelVersion',
  handle: signedIn(async (call, principal) => {
    const { name, version } = await inputOf(call, NamedVersion);
    const model = unityModel(call.state, name);
    removeVersion({ workspace: call.state, principal }, model, unityVersion(model, version));
    return Response.json({});
  }),
};
