import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { doesNotExist } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { loggedModelJson, loggedModelWith } from './logged-model.ts';

export const getLoggedModel: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/logged-models/:id',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, get_logged_model',
  handle({ state, url, params: { id = '' } }) {
    const model = loggedModelWith(state, id);
    const deletedToo = url.searchParams.get('allow_deleted')?.toLowerCase() === 'true';
    if (model.isDeleted && !deletedToo) {
      throw doesNotExist(`Logged model with ID '${id}' not found.`);
    }
    return answer({ model: loggedModelJson(model) });
  },
};
