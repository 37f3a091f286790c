import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { publish } from '../webhooks/publish.ts';
import type { Workspace } from '../workspace.ts';
import { versionFor } from './model.ts';
import { checkTag } from './model-json.ts';

const SetTag = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  key: z.string(),
  value: z.string(),
});

export const setVersionTag: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/model-versions/set-tag',
  source: 'databricks-sdk-py service/ml.py, set_model_version_tag; text: docs.databricks.com',
  handle: signedIn(async (call, principal) => {
    const { name, version, key, value } = await inputOf(call, SetTag);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_EDIT' });
    checkTag(key, value);
    found.tags.set(key, value);
    found.updatedMs = call.now();
    publish(call.state, {
      events: ['MODEL_VERSION_TAG_SET'],
      model: name,
      fields: { version, tags: [{ key, value }] },
      text:
        `${principal.name} set version tag(s) '${key}' => '${value}' ` +
        `for registered model '${name}' version ${version}.`,
    });
    return Response.json({});
  }),
};
