import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { versionOf } from './version.ts';

export const deleteVersion: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/model-versions/delete',
  source: 'recorded from MLflow 3.17.2: its aliases go with it, its number is not given out again',
  async handle(call) {
    const order = await messageOf(call, { name: need(Text), version: need(Text) });
    checkModelName(order.name);
    const [model, version] = versionOf(call.state, order.name, order.version);
    version.isDeleted = true;
    model.updatedMs = call.now();
    for (const [alias, number] of model.aliases) {
      if (number === version.number) model.aliases.delete(alias);
    }
    return answer({});
  },
};
