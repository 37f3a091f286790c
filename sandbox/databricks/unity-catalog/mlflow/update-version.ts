import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { changeVersion } from '../change-model.ts';
import { versionJson } from '../unity-json.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const UpdateVersion = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  description: z.string().optional(),
});

export const updateUcVersion: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/update',
  source: 'mlflow databricks_uc_registry_service.proto, UpdateModelVersion',
  handle: signedIn(async (call, principal) => {
    const { name, version: number, description } = await inputOf(call, UpdateVersion);
    const model = unityModel(call.state, name);
    const version = unityVersion(model, number);
    changeVersion({ workspace: call.state, principal }, model, version, description);
    return Response.json({ model_version: versionJson(model, version) });
  }),
};
