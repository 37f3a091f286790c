import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const EmitLineage = z.looseObject({ name: z.string(), version: z.coerce.string() });

/** Taken, and kept nowhere: nothing in the sandbox shows lineage. */
export const emitUcLineage: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/emit-lineage',
  source: 'mlflow databricks_uc_registry_service.proto, EmitModelVersionLineage',
  handle: signedIn(async (call) => {
    const { name, version } = await inputOf(call, EmitLineage);
    unityVersion(unityModel(call.state, name), version);
    return Response.json({});
  }),
};
