import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { alreadyExists } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { checkName, modelFor } from './model.ts';
import { modelJson } from './model-json.ts';

const RenameModel = z.looseObject({ name: z.string(), new_name: z.string() });

export const renameModel: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/rename',
  source:
    'databricks-sdk-py service/ml.py, rename_model; the webhooks of the model go with it: UNVERIFIED',
  handle: signedIn(async (call, principal) => {
    const { name, new_name: newName } = await inputOf(call, RenameModel);
    const model = modelFor(call.state, principal, { name, needed: 'CAN_MANAGE' });
    checkName(newName);
    const { models, webhooks } = call.state;
    if (models.has(newName)) {
      throw alreadyExists(`Registered Model (name=${newName}) already exists.`);
    }
    models.delete(name);
    models.set(newName, model);
    for (const named of [model, ...model.versions]) named.name = newName;
    for (const webhook of webhooks.values()) {
      if (webhook.model === name) webhook.model = newName;
    }
    model.updatedMs = call.now();
    return Response.json({ registered_model: modelJson(model) });
  }),
};
