import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { setAlias } from '../change-model.ts';
import { unityModel } from '../unity-model.ts';

const SetAlias = z.looseObject({
  name: z.string(),
  alias: z.string(),
  version: z.coerce.string(),
});

export const setUcAlias: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/alias',
  source: 'mlflow databricks_uc_registry_service.proto, SetRegisteredModelAlias',
  handle: signedIn(async (call, principal) => {
    const { name, alias, version } = await inputOf(call, SetAlias);
    const model = unityModel(call.state, name);
    setAlias({ workspace: call.state, principal }, model, { alias, version });
    return Response.json({});
  }),
};
