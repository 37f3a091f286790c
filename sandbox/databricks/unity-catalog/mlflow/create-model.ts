import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import { TagList, tagMap } from '../../registry/tag.ts';
import type { Workspace } from '../../workspace.ts';
import { modelJson } from '../unity-json.ts';
import { newUnityModel } from '../unity-model.ts';

const CreateModel = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  tags: TagList.default([]),
});

export const createUcModel: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/create',
  source: 'mlflow databricks_uc_registry_service.proto, CreateRegisteredModel',
  handle: signedIn(async (call, principal) => {
    const { name, description, tags } = await inputOf(call, CreateModel);
    const model = newUnityModel(call.state, principal, {
      parts: name.split('.'),
      comment: description,
      tags: tagMap(tags),
    });
    return Response.json({ registered_model: modelJson(model) });
  }),
};
