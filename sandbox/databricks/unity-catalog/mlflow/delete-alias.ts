import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { removeAlias } from '../change-model.ts';
import { unityModel } from '../unity-model.ts';

const NamedAlias = z.looseObject({ name: z.string(), alias: z.string() });

export const deleteUcAlias: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/alias',
  source: 'mlflow databricks_uc_registry_service.proto, DeleteRegisteredModelAlias',
  handle: signedIn(async (call, principal) => {
    const { name, alias } = await inputOf(call, NamedAlias);
    removeAlias({ workspace: call.state, principal }, unityModel(call.state, name), alias);
    return Response.json({});
  }),
};
