import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor } from './model.ts';
import { modelJson } from './model-json.ts';

const UpdateModel = z.looseObject({ name: z.string(), description: z.string().optional() });

export const updateModel: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/registered-models/update',
  source: 'databricks-sdk-py service/ml.py, update_model',
  handle: signedIn(async (call, principal) => {
    const { name, description } = await inputOf(call, UpdateModel);
    const model = modelFor(call.state, principal, { name, needed: 'CAN_EDIT' });
    model.description = description ?? model.description;
    model.updatedMs = call.now();
    return Response.json({ registered_model: modelJson(model) });
  }),
};
