import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { webhookFor } from './webhook.ts';

export const deleteWebhook: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/registry-webhooks/delete',
  source: 'databricks-sdk-py service/ml.py, delete_webhook (query); docs.databricks.com (body)',
  handle: signedIn(async (call, principal) => {
    const { id } = await inputOf(call, z.looseObject({ id: z.string() }));
    call.state.webhooks.delete(webhookFor(call.state, principal, id).id);
    return Response.json({});
  }),
};
