import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { doesNotExist } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { experimentJson } from './experiment.ts';

export const getExperimentByName: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/experiments/get-by-name',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: deleted ones too',
  async handle(call) {
    const { experiment_name: name } = await messageOf(call, { experiment_name: need(Text) });
    const experiment = [...call.state.experiments.values()].find((one) => one.name === name);
    if (!experiment) throw doesNotExist(`Could not find experiment with name '${name}'`);
    return answer({ experiment: experimentJson(experiment) });
  },
};
