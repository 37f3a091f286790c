import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { TagList, tagMap } from '../registry/tag.ts';
import type { Workspace } from '../workspace.ts';
import { versionInfo } from './unity-json.ts';
import { newUnityVersion, unityModel } from './unity-model.ts';

const CreateVersion = z.looseObject({
  catalog_name: z.string(),
  schema_name: z.string(),
  model_name: z.string(),
  source: z.string(),
  run_id: z.string().optional(),
  model_id: z.string().optional(),
  comment: z.string().optional(),
  tags: TagList.default([]),
});

export const createUnityVersion: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.1/unity-catalog/models/versions',
  source: 'mlflow unity_catalog_service.proto, CreateModelVersion',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateVersion);
    const { catalog_name: catalog, schema_name: schema, model_name: name } = order;
    const model = unityModel(call.state, `${catalog}.${schema}.${name}`);
    const version = newUnityVersion(call.state, principal, model, {
      source: order.source,
      runId: order.run_id,
      modelId: order.model_id,
      comment: order.comment,
      tags: tagMap(order.tags),
    });
    return Response.json(versionInfo(model, version, { aliases: false }));
  }),
};
