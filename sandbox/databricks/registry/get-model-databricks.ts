import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor } from './model.ts';
import { modelDatabricksJson } from './model-json.ts';

export const getModelDatabricks: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/databricks/registered-models/get',
  source: 'databricks-sdk-py service/ml.py, get_model',
  handle: signedIn(async (call, principal) => {
    const { name } = await inputOf(call, z.looseObject({ name: z.string() }));
    const model = modelFor(call.state, principal, { name, needed: 'CAN_READ' });
    return Response.json({
      registered_model_databricks: modelDatabricksJson({ workspace: call.state, principal }, model),
    });
  }),
};
