import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor } from './model.ts';

const DeleteModel = z.looseObject({ name: z.string() });

export const deleteModel: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/registered-models/delete',
  source:
    'databricks-sdk-py service/ml.py, delete_model; docs.databricks.com/mlflow/model-registry: not ' +
    'while a version is in Staging or Production; the text is ours',
  handle: signedIn(async (call, principal) => {
    const { name } = await inputOf(call, DeleteModel);
    const model = modelFor(call.state, principal, { name, needed: 'CAN_MANAGE' });
    const active = model.versions.find(
      ({ stage }) => stage === 'Staging' || stage === 'Production',
    );
    if (active) {
      throw new ApiError(
        400,
        'INVALID_STATE',
        `Registered model '${name}' cannot be deleted: version ${active.version} is in ${active.stage}`,
      );
    }
    call.state.models.delete(name);
    for (const { id, model: of } of call.state.webhooks.values()) {
      if (of === name) call.state.webhooks.delete(id);
    }
    return Response.json({});
  }),
};
