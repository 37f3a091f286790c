import type { Action } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { Int, messageOf, need, Text, unchecked } from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { pageOf } from '../page-token.ts';
import type { Mlflow } from '../state.ts';
import { metricJson } from './run.ts';

const GetMetricHistory = {
  run_id: need(Text),
  run_uuid: unchecked(Text),
  metric_key: need(Text),
  page_token: Text,
  max_results: unchecked(Int),
};

export const getMetricHistory: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/metrics/get-history',
  source: 'recorded from MLflow 3.17.2: of a run that is not there, it is empty',
  async handle(call) {
    const order = await messageOf(call, GetMetricHistory);
    const { max_results: size, page_token: token } = order;
    if (size !== undefined && size <= 0) {
      throw invalidParameter(
        `Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer.`,
      );
    }
    const run = call.state.runs.get(order.run_id || (order.run_uuid ?? ''));
    const metrics = (run?.metrics ?? [])
      .filter(({ key }) => key === order.metric_key)
      .toSorted((a, b) => a.timestampMs - b.timestampMs || a.step - b.step || a.value - b.value);
    const { items, next } = pageOf(metrics, size ?? Number.POSITIVE_INFINITY, token);
    return answer({ metrics: unlessEmpty(items.map(metricJson)), next_page_token: next });
  },
};
