import type { Action } from '../../kit/action.ts';
import { alreadyExists } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { publish } from '../webhooks/publish.ts';
import type { WebhookEvent } from '../webhooks/webhook.ts';
import type { Workspace } from '../workspace.ts';
import { noteActivity, RequestName } from './answer-request.ts';
import { type Stage, stageNamed, type TransitionRequest, versionFor } from './model.ts';
import { requestJson } from './model-json.ts';

const SPECIAL: Readonly<Record<Stage, readonly WebhookEvent[]>> = {
  None: [],
  Staging: ['TRANSITION_REQUEST_TO_STAGING_CREATED'],
  Production: ['TRANSITION_REQUEST_TO_PRODUCTION_CREATED'],
  Archived: ['TRANSITION_REQUEST_TO_ARCHIVED_CREATED'],
};

export const createTransitionRequest: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/transition-requests/create',
  source: 'databricks-sdk-py service/ml.py, create_transition_request; the event fields are ours',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, RequestName);
    const { name, version, comment } = order;
    const toStage = stageNamed(order.stage);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_READ' });
    if (found.requests.some((one) => one.toStage === toStage && one.userId === principal.name)) {
      throw alreadyExists(`A request to ${toStage} by ${principal.name} is open already`);
    }
    const createdMs = call.now();
    const request: TransitionRequest = { userId: principal.name, toStage, createdMs, comment };
    found.requests.push(request);
    noteActivity(call.state, found, {
      type: 'REQUESTED_TRANSITION',
      by: principal,
      toStage,
      comment,
    });
    publish(call.state, {
      events: ['TRANSITION_REQUEST_CREATED', ...SPECIAL[toStage]],
      model: name,
      fields: { version, to_stage: toStage, ...(comment !== undefined && { comment }) },
      text:
        `${principal.name} requested a stage transition to ${toStage} ` +
        `for registered model '${name}' version ${version}.`,
    });
    return Response.json({
      request: requestJson({ workspace: call.state, principal }, found, request),
    });
  }),
};
