import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { checkModelAccess } from '../permissions/model-access.ts';
import type { Workspace } from '../workspace.ts';
import { noteActivity, RequestName, takeRequests } from './answer-request.ts';
import { modelNamed, stageNamed, versionFor } from './model.ts';
import { activityJson } from './model-json.ts';

const CancelRequest = RequestName.extend({ creator: z.string() });

export const deleteTransitionRequest: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/transition-requests/delete',
  source: 'databricks-sdk-py service/ml.py, delete_transition_request: needs the creator',
  handle: signedIn(async (call, principal) => {
    const { name, version, stage, comment, creator } = await inputOf(call, CancelRequest);
    const toStage = stageNamed(stage);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_READ' });
    if (creator !== principal.name) {
      const model = modelNamed(call.state, name);
      checkModelAccess(call.state, principal, model, 'CAN_MANAGE');
    }
    takeRequests(found, toStage, creator);
    const note = { type: 'CANCELLED_REQUEST', by: principal, toStage, comment } as const;
    return Response.json({ activity: activityJson(noteActivity(call.state, found, note)) });
  }),
};
