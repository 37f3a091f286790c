import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { MlflowError } from '../mlflow-error.ts';
import { checkLength } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { experimentWith } from './experiment.ts';

export const updateExperiment: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/experiments/update',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, rename_experiment',
  async handle(call) {
    const order = await messageOf(call, { experiment_id: need(Text), new_name: need(Text) });
    checkLength('name', order.new_name, 500);
    const experiment = experimentWith(call.state, order.experiment_id);
    if (experiment.stage !== 'active') {
      throw new MlflowError('INVALID_STATE', 'Cannot rename a non-active experiment.');
    }
    experiment.name = order.new_name;
    experiment.updatedMs = call.now();
    return answer({});
  },
};
