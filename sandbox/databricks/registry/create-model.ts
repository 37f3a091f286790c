import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { alreadyExists } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { publish } from '../webhooks/publish.ts';
import type { Workspace } from '../workspace.ts';
import { checkName, type Model } from './model.ts';
import { modelJson } from './model-json.ts';
import { TagList, tagMap } from './tag.ts';

const CreateModel = z.looseObject({
  name: z.string(),
  description: z.string().default(''),
  tags: TagList.default([]),
});

export const createModel: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/create',
  source: 'databricks-sdk-py service/ml.py, create_model; duplicate: mlflow/store/model_registry',
  handle: signedIn(async (call, principal) => {
    const { name, description, tags } = await inputOf(call, CreateModel);
    checkName(name);
    if (call.state.models.has(name)) {
      throw alreadyExists(`Registered Model (name=${name}) already exists.`);
    }
    const model: Model = {
      id: randomUUID().replaceAll('-', ''),
      name,
      userId: principal.name,
      createdMs: call.now(),
      updatedMs: call.now(),
      description,
      access: [{ holder: principal, level: 'CAN_MANAGE' }],
      tags: tagMap(tags),
      versions: [],
      lastVersion: 0,
    };
    call.state.models.set(name, model);
    publish(call.state, {
      events: ['REGISTERED_MODEL_CREATED'],
      model: name,
      fields: {},
      text: `${principal.name} created a new registered model '${name}'.`,
    });
    return Response.json({ registered_model: modelJson(model) });
  }),
};
