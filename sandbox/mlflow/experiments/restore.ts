import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { doesNotExist } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { experimentWith } from './experiment.ts';

export const restoreExperiment: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/experiments/restore',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, restore_experiment',
  async handle(call) {
    const { experiment_id: id } = await messageOf(call, { experiment_id: need(Text) });
    const experiment = experimentWith(call.state, id);
    if (experiment.stage === 'active') {
      throw doesNotExist(`No Experiment with id=${experiment.id} exists`);
    }
    experiment.stage = 'active';
    experiment.updatedMs = call.now();
    for (const run of call.state.runs.values()) {
      if (run.experimentId === experiment.id) run.stage = 'active';
    }
    return answer({});
  },
};
