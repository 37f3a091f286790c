import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { invalidParameter } from '../../api-error.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import type { Workspace } from '../../workspace.ts';
import { unityModel, unityVersion } from '../unity-model.ts';

const NamedVersion = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const generateUcCredentials: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/generate-temporary-credentials',
  source:
    'mlflow databricks_uc_registry_service.proto, GenerateTemporaryModelVersionCredentials; the text is ours',
  handle: signedIn(async (call) => {
    const { name, version } = await inputOf(call, NamedVersion);
    unityVersion(unityModel(call.state, name), version);
    throw invalidParameter(
      'The sandbox has no cloud storage: models are stored through the Files API ' +
        '(MLFLOW_USE_DATABRICKS_SDK_MODEL_ARTIFACTS_REPO_FOR_UC=true)',
    );
  }),
};
