import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { doesNotExist, invalidParameter } from '../mlflow-error.ts';
import { aliasesOf, type Version, versionJson, versionOf } from '../model-versions/version.ts';
import { checkAlias, checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { type Model, modelNamed } from './model.ts';

export const getAlias: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/alias',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: an alias that is not there is a 400',
  async handle(call) {
    const { name, alias } = await messageOf(call, { name: need(Text), alias: need(Text) });
    checkModelName(name);
    checkAlias(alias);
    const model = modelNamed(call.state, name);
    const version = versionUnder(call.state, model, alias);
    return answer({ model_version: versionJson(version, aliasesOf(model, version)) });
  },
};

/** `latest` is no alias, and always the highest version there is. */
function versionUnder(mlflow: Mlflow, model: Model, alias: string): Version {
  if (alias.toLowerCase() === 'latest') {
    const highest = model.versions.findLast((one) => !one.isDeleted);
    if (!highest) throw doesNotExist(`Latest version not found for model ${model.name}.`);
    return highest;
  }
  const number = model.aliases.get(alias);
  if (number === undefined) throw invalidParameter(`Registered model alias ${alias} not found.`);
  return versionOf(mlflow, model.name, String(number))[1];
}
