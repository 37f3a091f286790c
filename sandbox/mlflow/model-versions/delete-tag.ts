import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkKey, checkModelName } from '../names.ts';
import { isPrompt } from '../registered-models/model.ts';
import type { Mlflow } from '../state.ts';
import { publish } from '../webhooks/publish.ts';
import { versionOf } from './version.ts';

export const deleteVersionTag: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/model-versions/delete-tag',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2: one that is not there is deleted, and told, as well',
  async handle(call) {
    const order = await messageOf(call, {
      name: need(Text),
      version: need(Text),
      key: need(Text),
    });
    const { name, version: number, key } = order;
    checkModelName(name);
    checkKey(key);
    const [model, version] = versionOf(call.state, name, number);
    version.tags.delete(key);
    const entity = isPrompt(model.tags) ? 'prompt_version_tag' : 'model_version_tag';
    publish(call.state, `${entity}.deleted`, { name, version: number, key });
    return answer({});
  },
};
