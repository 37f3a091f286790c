import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import type { Mlflow } from '../state.ts';
import { webhookWith } from './webhook.ts';

export const deleteWebhook: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/webhooks/:id',
  source: 'recorded from MLflow 3.8.2 and 3.17.2; until the cache forgets it, it is still sent',
  handle({ state, params: { id = '' } }) {
    state.webhooks.delete(webhookWith(state, id).id);
    return answer({});
  },
};
