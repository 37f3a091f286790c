import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkModelName, checkRegistryTag } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { publish } from '../webhooks/publish.ts';
import { isPrompt, modelNamed } from './model.ts';

export const setModelTag: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/set-tag',
  source: 'recorded from MLflow 3.17.2: only prompts tell their webhooks',
  async handle(call) {
    const order = await messageOf(call, { name: need(Text), key: need(Text), value: Text });
    const { name, key, value = '' } = order;
    checkModelName(name);
    checkRegistryTag(key, value);
    const model = modelNamed(call.state, name);
    model.tags.set(key, value);
    if (isPrompt(model.tags)) publish(call.state, 'prompt_tag.set', { name, key, value });
    return answer({});
  },
};
