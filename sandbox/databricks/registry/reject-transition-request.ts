import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { checkModelAccess, neededToMove } from '../permissions/model-access.ts';
import type { Workspace } from '../workspace.ts';
import { noteActivity, RequestName, takeRequests } from './answer-request.ts';
import { modelNamed, stageNamed, versionFor } from './model.ts';
import { activityJson } from './model-json.ts';

export const rejectTransitionRequest: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/transition-requests/reject',
  source: 'databricks-sdk-py service/ml.py, reject_transition_request',
  handle: signedIn(async (call, principal) => {
    const { name, version, stage, comment } = await inputOf(call, RequestName);
    const toStage = stageNamed(stage);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_READ' });
    const model = modelNamed(call.state, name);
    checkModelAccess(call.state, principal, model, neededToMove(found.stage, toStage));
    takeRequests(found, toStage);
    const note = { type: 'REJECTED_REQUEST', by: principal, toStage, comment } as const;
    return Response.json({ activity: activityJson(noteActivity(call.state, found, note)) });
  }),
};
