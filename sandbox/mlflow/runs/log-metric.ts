import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { Double, Int, messageOf, need, Text, unchecked } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { checkedMetric, logMetrics } from './log.ts';
import { activeRun } from './run.ts';

const LogMetric = {
  run_id: need(Text),
  run_uuid: unchecked(Text),
  key: need(Text),
  value: need(Double),
  timestamp: need(Int),
  step: Int,
};

export const logMetric: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/log-metric',
  source: 'recorded from MLflow 3.8.2 and 3.17.2; sqlalchemy_store.py, log_metric',
  async handle(call) {
    const order = await messageOf(call, LogMetric);
    const { key, value, timestamp: timestampMs, step = 0 } = order;
    const metric = checkedMetric({ key, value, timestampMs, step });
    logMetrics(activeRun(call.state, order.run_id || (order.run_uuid ?? '')), [metric]);
    return answer({});
  },
};
