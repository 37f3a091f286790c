import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { finalize } from '../change-model.ts';
import { versionJson } from '../unity-json.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const NamedVersion = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const finalizeUcVersion: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/finalize',
  source: 'mlflow databricks_uc_registry_service.proto, FinalizeModelVersion',
  handle: signedIn(async (call, principal) => {
    const { name, version: number } = await inputOf(call, NamedVersion);
    const model = unityModel(call.state, name);
    const version = unityVersion(model, number);
    finalize({ workspace: call.state, principal }, model, version);
    return Response.json({ model_version: versionJson(model, version) });
  }),
};
