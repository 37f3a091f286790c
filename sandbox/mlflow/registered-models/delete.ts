import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { modelNamed } from './model.ts';

export const deleteModel: Action<Mlflow> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/registered-models/delete',
  source: 'recorded from MLflow 3.17.2: the body counts, the query does not; nobody is told',
  async handle(call) {
    const { name } = await messageOf(call, { name: need(Text) });
    call.state.models.delete(modelNamed(call.state, name).name);
    return answer({});
  },
};
