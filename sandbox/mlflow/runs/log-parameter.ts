import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text, unchecked } from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { checkedParam } from './log.ts';
import { activeRun } from './run.ts';

const LogParameter = {
  run_id: need(Text),
  run_uuid: unchecked(Text),
  key: need(Text),
  value: Text,
};

export const logParameter: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/log-parameter',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: the same value may come twice, another may not',
  async handle(call) {
    const order = await messageOf(call, LogParameter);
    const { key, value } = checkedParam(order.key, order.value ?? '');
    const run = activeRun(call.state, order.run_id || (order.run_uuid ?? ''));
    const old = run.params.get(key);
    if (old !== undefined && old !== value) {
      throw invalidParameter(
        `Changing param values is not allowed. Param with key='${key}' was already logged with ` +
          `value='${old}' for run ID='${run.id}'. Attempted logging new value '${value}'.`,
      );
    }
    run.params.set(key, value);
    return answer({});
  },
};
