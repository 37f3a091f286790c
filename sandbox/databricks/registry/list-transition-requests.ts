import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { versionFor } from './model.ts';
import { requestJson } from './model-json.ts';

const ListRequests = z.looseObject({ name: z.string(), version: z.coerce.string() });

export const listTransitionRequests: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/transition-requests/list',
  source: 'databricks-sdk-py service/ml.py, list_transition_requests',
  handle: signedIn(async (call, principal) => {
    const { name, version } = await inputOf(call, ListRequests);
    const asker = { workspace: call.state, principal };
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_READ' });
    const requests = found.requests.map((one) => requestJson(asker, found, one));
    return Response.json(requests.length > 0 ? { requests } : {});
  }),
};
