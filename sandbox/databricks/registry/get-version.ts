import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { versionFor } from './model.ts';
import { versionJson } from './model-json.ts';

const GetVersion = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const getVersion: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/model-versions/get',
  source: 'databricks-sdk-py service/ml.py, get_model_version',
  handle: signedIn(async (call, principal) => {
    const { name, version } = await inputOf(call, GetVersion);
    return Response.json({
      model_version: versionJson(
        versionFor(call.state, principal, { name, version, needed: 'CAN_READ' }),
      ),
    });
  }),
};
