import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor } from './model.ts';
import { modelJson } from './model-json.ts';

export const getModel: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/get',
  source: 'mlflow REST API, registered-models/get',
  handle: signedIn(async (call, principal) => {
    const { name } = await inputOf(call, z.looseObject({ name: z.string() }));
    return Response.json({
      registered_model: modelJson(modelFor(call.state, principal, { name, needed: 'CAN_READ' })),
    });
  }),
};
