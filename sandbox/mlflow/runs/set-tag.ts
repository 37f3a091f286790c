import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text, unchecked } from '../message.ts';
import { runTag } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { setTag } from './log.ts';
import { activeRun } from './run.ts';

const SetTag = { run_id: need(Text), run_uuid: unchecked(Text), key: need(Text), value: Text };

export const setRunTag: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/set-tag',
  source: 'recorded from MLflow 3.17.2: mlflow.runName renames the run',
  async handle(call) {
    const order = await messageOf(call, SetTag);
    const tag = runTag(order.key, order.value ?? '');
    setTag(activeRun(call.state, order.run_id || (order.run_uuid ?? '')), tag);
    return answer({});
  },
};
