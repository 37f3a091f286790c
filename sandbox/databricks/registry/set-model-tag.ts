import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor } from './model.ts';
import { checkTag } from './model-json.ts';

const SetTag = z.looseObject({ name: z.string(), key: z.string(), value: z.string() });

export const setModelTag: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/set-tag',
  source: 'databricks-sdk-py service/ml.py, set_model_tag: no event goes with it',
  handle: signedIn(async (call, principal) => {
    const { name, key, value } = await inputOf(call, SetTag);
    const model = modelFor(call.state, principal, { name, needed: 'CAN_EDIT' });
    checkTag(key, value);
    model.tags.set(key, value);
    model.updatedMs = call.now();
    return Response.json({});
  }),
};
