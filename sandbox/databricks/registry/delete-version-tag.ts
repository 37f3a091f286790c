import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { versionFor } from './model.ts';

const DeleteTag = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  key: z.string(),
});

export const deleteVersionTag: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/model-versions/delete-tag',
  source: 'databricks-sdk-py service/ml.py, delete_model_version_tag',
  handle: signedIn(async (call, principal) => {
    const { name, version, key } = await inputOf(call, DeleteTag);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_EDIT' });
    found.tags.delete(key);
    found.updatedMs = call.now();
    return Response.json({});
  }),
};
