import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Flag, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { stageNamed, versionFor } from './model.ts';
import { versionDatabricksJson } from './model-json.ts';
import { transition } from './transition.ts';

const TransitionStage = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  stage: z.string(),
  archive_existing_versions: Flag,
  comment: z.string().optional(),
});

export const transitionStageDatabricks: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/databricks/model-versions/transition-stage',
  source: 'databricks-sdk-py service/ml.py, transition_stage',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, TransitionStage);
    const version = versionFor(call.state, principal, { ...order, needed: 'CAN_READ' });
    transition(call.state, {
      version,
      stage: stageNamed(order.stage),
      archiveExisting: order.archive_existing_versions,
      comment: order.comment,
      by: principal,
      as: 'APPLIED_TRANSITION',
    });
    const asker = { workspace: call.state, principal };
    return Response.json({ model_version_databricks: versionDatabricksJson(asker, version) });
  }),
};
