import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { versionOf } from '../model-versions/version.ts';
import { checkAlias, checkAliasIsFree, checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { publish } from '../webhooks/publish.ts';
import { isPrompt } from './model.ts';

/** An alias that moves is told as one that is created; nobody hears that it left the other version. */
export const setAlias: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/alias',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2: the version is told as it was asked for, `01` too',
  async handle(call) {
    const order = await messageOf(call, {
      name: need(Text),
      alias: need(Text),
      version: need(Text),
    });
    const { name, alias, version } = order;
    checkModelName(name);
    checkAlias(alias);
    checkAliasIsFree(alias);
    const [model, { number }] = versionOf(call.state, name, version);
    model.aliases.set(alias, number);
    const entity = isPrompt(model.tags) ? 'prompt_alias' : 'model_version_alias';
    publish(call.state, `${entity}.created`, { name, alias, version });
    return answer({});
  },
};
