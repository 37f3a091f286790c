import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkKey, checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { publish } from '../webhooks/publish.ts';
import { isPrompt, modelNamed } from './model.ts';

export const deleteModelTag: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/registered-models/delete-tag',
  source: 'recorded from MLflow 3.17.2: a tag that is not there is deleted all the same',
  async handle(call) {
    const { name, key } = await messageOf(call, { name: need(Text), key: need(Text) });
    checkModelName(name);
    checkKey(key);
    const model = modelNamed(call.state, name);
    model.tags.delete(key);
    if (isPrompt(model.tags)) publish(call.state, 'prompt_tag.deleted', { name, key });
    return answer({});
  },
};
