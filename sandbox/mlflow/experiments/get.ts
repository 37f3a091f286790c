import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { experimentJson, experimentWith } from './experiment.ts';

export const getExperiment: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/experiments/get',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: deleted ones too',
  async handle(call) {
    const { experiment_id: id } = await messageOf(call, { experiment_id: need(Text) });
    return answer({ experiment: experimentJson(experimentWith(call.state, id)) });
  },
};
