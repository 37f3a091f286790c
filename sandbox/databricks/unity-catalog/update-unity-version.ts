import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { changeVersion } from './change-model.ts';
import { versionInfo } from './unity-json.ts';
import { unityModel, unityVersion } from './unity-model.ts';

const UpdateVersion = z.looseObject({ comment: z.string().optional() });

export const updateUnityVersion: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.1/unity-catalog/models/:name/versions/:version',
  source: 'databricks-sdk-py service/catalog.py, ModelVersionsAPI.update: the comment alone',
  handle: signedIn(async (call, principal) => {
    const { comment } = await inputOf(call, UpdateVersion);
    const { name = '', version: number = '' } = call.params;
    const model = unityModel(call.state, name);
    const version = unityVersion(model, number);
    changeVersion({ workspace: call.state, principal }, model, version, comment);
    return Response.json(versionInfo(model, version, { aliases: false }));
  }),
};
