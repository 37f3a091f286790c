import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import type { Mlflow } from '../state.ts';
import { loggedModelWith } from './logged-model.ts';

export const deleteLoggedModel: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/logged-models/:id',
  source: 'mlflow/mlflow sqlalchemy_store.py, delete_logged_model',
  handle({ state, now, params: { id = '' } }) {
    const model = loggedModelWith(state, id);
    model.isDeleted = true;
    model.updatedMs = now();
    return answer({});
  },
};
