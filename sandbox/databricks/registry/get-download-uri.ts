import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { versionFor } from './model.ts';

const GetDownloadUri = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const getDownloadUri: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/model-versions/get-download-uri',
  source: 'databricks-sdk-py service/ml.py, get_model_version_download_uri',
  handle: signedIn(async (call, principal) => {
    const { name, version } = await inputOf(call, GetDownloadUri);
    return Response.json({
      artifact_uri: versionFor(call.state, principal, { name, version, needed: 'CAN_READ' }).source,
    });
  }),
};
