import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';
import { loggedModelWith } from './logged-model.ts';

export const logLoggedModelParams: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/logged-models/:id/params',
  source: 'mlflow/mlflow sqlalchemy_store.py, log_logged_model_params',
  async handle(call) {
    const { params } = await messageOf(call, { params: Tags });
    const model = loggedModelWith(call.state, call.params['id'] ?? '');
    for (const [key, value] of tagMap(params)) model.params.set(key, value);
    return answer({});
  },
};
