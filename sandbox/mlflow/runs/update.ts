import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { Int, messageOf, need, oneOf, Text, unchecked } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { activeRun, RUN_NAME, RUN_STATUS, runInfoJson } from './run.ts';

const UpdateRun = {
  run_id: need(Text),
  run_uuid: unchecked(Text),
  status: oneOf(RUN_STATUS),
  end_time: Int,
  run_name: Text,
};

export const updateRun: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/update',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: a status it does not know changes nothing',
  async handle(call) {
    const order = await messageOf(call, UpdateRun);
    const run = activeRun(call.state, order.run_id || (order.run_uuid ?? ''));
    run.status = order.status ?? run.status;
    run.endMs = order.end_time ?? run.endMs;
    if (order.run_name) {
      run.name = order.run_name;
      run.tags.set(RUN_NAME, order.run_name);
    }
    return answer({ run_info: runInfoJson(run) });
  },
};
