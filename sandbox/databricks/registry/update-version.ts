import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { versionFor } from './model.ts';
import { versionJson } from './model-json.ts';

const UpdateVersion = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  description: z.string().optional(),
});

export const updateVersion: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/model-versions/update',
  source: 'databricks-sdk-py service/ml.py, update_model_version',
  handle: signedIn(async (call, principal) => {
    const { name, version, description } = await inputOf(call, UpdateVersion);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_EDIT' });
    found.description = description ?? found.description;
    found.updatedMs = call.now();
    return Response.json({ model_version: versionJson(found) });
  }),
};
