import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { removeModel } from '../change-model.ts';
import { unityModel } from '../unity-model.ts';

const Named = z.looseObject({ name: z.string() });

export const deleteUcModel: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/delete',
  source: 'mlflow databricks_uc_registry_service.proto, DeleteRegisteredModel',
  handle: signedIn(async (call, principal) => {
    const { name } = await inputOf(call, Named);
    removeModel({ workspace: call.state, principal }, unityModel(call.state, name));
    return Response.json({});
  }),
};
