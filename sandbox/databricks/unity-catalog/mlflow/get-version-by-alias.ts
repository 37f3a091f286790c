import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { versionJson } from '../unity-json.ts';
import { unityModel, versionByAlias } from '../unity-model.ts';

const NamedAlias = z.looseObject({ name: z.string(), alias: z.string() });

export const getUcVersionByAlias: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/alias',
  source: 'mlflow databricks_uc_registry_service.proto, GetModelVersionByAlias',
  handle: signedIn(async (call) => {
    const { name, alias } = await inputOf(call, NamedAlias);
    const model = unityModel(call.state, name);
    return Response.json({ model_version: versionJson(model, versionByAlias(model, alias)) });
  }),
};
