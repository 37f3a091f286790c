import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { TagList, tagMap } from '../registry/tag.ts';
import type { Workspace } from '../workspace.ts';
import { modelInfo } from './unity-json.ts';
import { newUnityModel } from './unity-model.ts';

const CreateModel = z.looseObject({
  catalog_name: z.string(),
  schema_name: z.string(),
  name: z.string(),
  comment: z.string().optional(),
  tags: TagList.default([]),
});

export const createUnityModel: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.1/unity-catalog/models',
  source:
    'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.create; tags: mlflow unity_catalog_messages.proto',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateModel);
    const model = newUnityModel(call.state, principal, {
      parts: [order.catalog_name, order.schema_name, order.name],
      comment: order.comment,
      tags: tagMap(order.tags),
    });
    return Response.json(modelInfo(model, { aliases: false }));
  }),
};
