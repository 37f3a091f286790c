import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkKey, checkLength } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { checkIsActive, experimentWith } from './experiment.ts';

export const setExperimentTag: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/experiments/set-experiment-tag',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, set_experiment_tag',
  async handle(call) {
    const order = await messageOf(call, {
      experiment_id: need(Text),
      key: need(Text),
      value: Text,
    });
    const { key, value = '' } = order;
    checkKey(key);
    checkLength('key', key, 250);
    checkLength('value', value, 20_000);
    const experiment = experimentWith(call.state, order.experiment_id);
    checkIsActive(experiment);
    experiment.tags.set(key, value);
    return answer({});
  },
};
