import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';
import { loggedModelWith } from './logged-model.ts';

export const setLoggedModelTags: Action<Mlflow> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/logged-models/:id/tags',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, set_logged_model_tags',
  async handle(call) {
    const { tags } = await messageOf(call, { tags: Tags });
    const model = loggedModelWith(call.state, call.params['id'] ?? '');
    for (const [key, value] of tagMap(tags)) model.tags.set(key, value);
    return answer({});
  },
};
