import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { doesNotExist } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { experimentWith } from './experiment.ts';

export const deleteExperiment: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/experiments/delete',
  source: 'recorded from MLflow 3.17.2: its runs go with it, and it can be restored',
  async handle(call) {
    const { experiment_id: id } = await messageOf(call, { experiment_id: need(Text) });
    const experiment = experimentWith(call.state, id);
    if (experiment.stage === 'deleted') {
      throw doesNotExist(`No Experiment with id=${experiment.id} exists`);
    }
    experiment.stage = 'deleted';
    experiment.updatedMs = call.now();
    for (const run of call.state.runs.values()) {
      if (run.experimentId === experiment.id) run.stage = 'deleted';
    }
    return answer({});
  },
};
