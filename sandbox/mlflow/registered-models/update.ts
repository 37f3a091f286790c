import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { modelJson, modelNamed } from './model.ts';

export const updateModel: Action<Mlflow> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/registered-models/update',
  source: 'recorded from MLflow 3.17.2: without a description it takes the old one away',
  async handle(call) {
    const { name, description = '' } = await messageOf(call, {
      name: need(Text),
      description: Text,
    });
    const model = modelNamed(call.state, name);
    model.description = description;
    model.updatedMs = call.now();
    return answer({ registered_model: modelJson(model) });
  },
};
