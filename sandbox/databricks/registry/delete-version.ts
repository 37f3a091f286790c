import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelNamed, versionFor } from './model.ts';

const DeleteVersion = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const deleteVersion: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/model-versions/delete',
  source: 'databricks-sdk-py service/ml.py, delete_model_version',
  handle: signedIn(async (call, principal) => {
    const { name, version } = await inputOf(call, DeleteVersion);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_MANAGE' });
    const { versions } = modelNamed(call.state, name);
    versions.splice(versions.indexOf(found), 1);
    return Response.json({});
  }),
};
