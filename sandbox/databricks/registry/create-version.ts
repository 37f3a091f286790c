import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { publish } from '../webhooks/publish.ts';
import type { Workspace } from '../workspace.ts';
import { modelFor, type Version } from './model.ts';
import { versionJson } from './model-json.ts';
import { TagList, tagMap } from './tag.ts';

const CreateVersion = z.looseObject({
  name: z.string(),
  source: z.string(),
  run_id: z.string().default(''),
  run_link: z.string().default(''),
  description: z.string().default(''),
  tags: TagList.default([]),
});

export const createVersion: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/model-versions/create',
  source: 'databricks-sdk-py service/ml.py, create_model_version; the event fields are ours',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateVersion);
    const model = modelFor(call.state, principal, { name: order.name, needed: 'CAN_EDIT' });
    const version: Version = {
      name: model.name,
      version: String(model.lastVersion + 1),
      userId: principal.name,
      createdMs: call.now(),
      updatedMs: call.now(),
      source: order.source,
      runId: order.run_id,
      runLink: order.run_link,
      description: order.description,
      stage: 'None',
      tags: tagMap(order.tags),
      comments: [],
      requests: [],
      activities: [],
    };
    model.versions.push(version);
    model.lastVersion += 1;
    model.updatedMs = call.now();
    publish(call.state, {
      events: ['MODEL_VERSION_CREATED'],
      model: model.name,
      fields: { version: version.version, run_id: version.runId },
      text: `${principal.name} created version ${version.version} of registered model '${model.name}'.`,
    });
    return Response.json({ model_version: versionJson(version) });
  }),
};
