import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor, stageNamed } from './model.ts';
import { latestVersions, versionJson } from './model-json.ts';

const GetLatestVersions = z.looseObject({
  name: z.string(),
  stages: listOf(z.string()).default([]),
});

export const getLatestVersions: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/get-latest-versions',
  source: 'databricks-sdk-py service/ml.py, get_latest_versions',
  handle: signedIn(async (call, principal) => {
    const { name, stages } = await inputOf(call, GetLatestVersions);
    const versions = latestVersions(
      modelFor(call.state, principal, { name, needed: 'CAN_READ' }),
      stages.map(stageNamed),
    );
    return Response.json(versions.length > 0 ? { model_versions: versions.map(versionJson) } : {});
  }),
};
