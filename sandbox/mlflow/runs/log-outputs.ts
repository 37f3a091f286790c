import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { Int, listOf, messageOf, need, nested, Text, unchecked } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { activeRun } from './run.ts';

const Outputs = listOf(nested({ model_id: unchecked(Text), step: unchecked(Int) }));

export const logOutputs: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/outputs',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, log_outputs',
  async handle(call) {
    const order = await messageOf(call, { run_id: need(Text), models: need(Outputs) });
    const run = activeRun(call.state, order.run_id);
    for (const { model_id: modelId = '', step = 0 } of order.models) {
      run.outputs.push({ modelId, step });
    }
    return answer({});
  },
};
