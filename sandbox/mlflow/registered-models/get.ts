import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { modelJson, modelNamed } from './model.ts';

export const getModel: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/get',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: the versions in it show no aliases',
  async handle(call) {
    const { name } = await messageOf(call, { name: need(Text) });
    return answer({ registered_model: modelJson(modelNamed(call.state, name)) });
  },
};
