import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkModelName, checkRegistryTag } from '../names.ts';
import { isPrompt } from '../registered-models/model.ts';
import type { Mlflow } from '../state.ts';
import { publish } from '../webhooks/publish.ts';
import { versionOf } from './version.ts';

export const setVersionTag: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/model-versions/set-tag',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: told also where it changes nothing',
  async handle(call) {
    const order = await messageOf(call, {
      name: need(Text),
      version: need(Text),
      key: need(Text),
      value: Text,
    });
    const { name, version: number, key, value = '' } = order;
    checkModelName(name);
    checkRegistryTag(key, value);
    const [model, version] = versionOf(call.state, name, number);
    version.tags.set(key, value);
    const entity = isPrompt(model.tags) ? 'prompt_version_tag' : 'model_version_tag';
    publish(call.state, `${entity}.set`, { name, version: number, key, value });
    return answer({});
  },
};
