import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Flag, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { openRequests, RequestName, takeRequests } from './answer-request.ts';
import { stageNamed, versionFor } from './model.ts';
import { activityJson } from './model-json.ts';
import { transition } from './transition.ts';

const Approve = RequestName.extend({ archive_existing_versions: Flag });

export const approveTransitionRequest: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/transition-requests/approve',
  source: 'databricks-sdk-py service/ml.py, approve_transition_request',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, Approve);
    const stage = stageNamed(order.stage);
    const version = versionFor(call.state, principal, { ...order, needed: 'CAN_READ' });
    openRequests(version, stage);
    transition(call.state, {
      version,
      stage,
      archiveExisting: order.archive_existing_versions,
      comment: order.comment,
      by: principal,
      as: 'APPROVED_REQUEST',
    });
    takeRequests(version, stage);
    // What was archived in its favour is written down with those versions.
    const activity = version.activities.at(-1);
    return Response.json({ activity: activity && activityJson(activity) });
  }),
};
