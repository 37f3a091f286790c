import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkAlias, checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { publish } from '../webhooks/publish.ts';
import { isPrompt, modelNamed } from './model.ts';

/** What is told of it names no version: the receiver cannot know which one lost the alias. */
export const deleteAlias: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/registered-models/alias',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2: one that is not there is deleted, and told, as well',
  async handle(call) {
    const { name, alias } = await messageOf(call, { name: need(Text), alias: need(Text) });
    checkModelName(name);
    checkAlias(alias);
    const model = modelNamed(call.state, name);
    model.aliases.delete(alias);
    const entity = isPrompt(model.tags) ? 'prompt_alias' : 'model_version_alias';
    publish(call.state, `${entity}.deleted`, { name, alias });
    return answer({});
  },
};
