import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { aliasesOf, versionJson, versionOf } from './version.ts';

export const getVersion: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/model-versions/get',
  source: 'recorded from MLflow 3.8.2 and 3.17.2',
  async handle(call) {
    const order = await messageOf(call, { name: need(Text), version: need(Text) });
    checkModelName(order.name);
    const [model, version] = versionOf(call.state, order.name, order.version);
    return answer({ model_version: versionJson(version, aliasesOf(model, version)) });
  },
};
