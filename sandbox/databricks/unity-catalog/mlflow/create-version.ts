import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { inputOf } from '../../input.ts';
import { TagList, tagMap } from '../../registry/tag.ts';
import type { Workspace } from '../../workspace.ts';
import { versionJson } from '../unity-json.ts';
import { newUnityVersion, unityModel } from '../unity-model.ts';

const CreateVersion = z.looseObject({
  name: z.string(),
  source: z.string(),
  run_id: z.string().optional(),
  model_id: z.string().optional(),
  description: z.string().optional(),
  tags: TagList.default([]),
});

export const createUcVersion: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/create',
  source: 'mlflow databricks_uc_registry_service.proto, CreateModelVersion',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateVersion);
    const model = unityModel(call.state, order.name);
    const version = newUnityVersion(call.state, principal, model, {
      source: order.source,
      runId: order.run_id,
      modelId: order.model_id,
      comment: order.description,
      tags: tagMap(order.tags),
    });
    return Response.json({ model_version: versionJson(model, version) });
  }),
};
