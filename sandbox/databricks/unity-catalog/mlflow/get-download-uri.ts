import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { versionJson } from '../unity-json.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const NamedVersion = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const getUcDownloadUri: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/get-download-uri',
  source: 'mlflow databricks_uc_registry_service.proto, GetModelVersionDownloadUri',
  handle: signedIn(async (call) => {
    const { name, version } = await inputOf(call, NamedVersion);
    const model = unityModel(call.state, name);
    const { storage_location: uri } = versionJson(model, unityVersion(model, version));
    return Response.json({ artifact_uri: uri });
  }),
};
