import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import type { Mlflow } from '../state.ts';
import { webhookJson, webhookWith } from './webhook.ts';

export const getWebhook: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/webhooks/:id',
  source: 'recorded from MLflow 3.8.2 and 3.17.2',
  handle: ({ state, params: { id = '' } }) =>
    answer({ webhook: webhookJson(webhookWith(state, id)) }),
};
