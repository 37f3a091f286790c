import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor } from './model.ts';

const DeleteTag = z.looseObject({ name: z.string(), key: z.string() });

export const deleteModelTag: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/registered-models/delete-tag',
  source: 'databricks-sdk-py service/ml.py, delete_model_tag',
  handle: signedIn(async (call, principal) => {
    const { name, key } = await inputOf(call, DeleteTag);
    const model = modelFor(call.state, principal, { name, needed: 'CAN_EDIT' });
    model.tags.delete(key);
    model.updatedMs = call.now();
    return Response.json({});
  }),
};
