import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import {
  Double,
  Int,
  invalidValue,
  listOf,
  messageOf,
  need,
  nested,
  Text,
  unchecked,
  withKeys,
} from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { runTag } from '../names.ts';
import { pythonList, pythonRepr } from '../python-repr.ts';
import type { Mlflow } from '../state.ts';
import { Tags } from '../tag.ts';
import { checkedMetric, checkedParam, logMetrics, setTag } from './log.ts';
import { activeRun, type Run } from './run.ts';

const Metrics = listOf(
  nested({
    key: unchecked(Text),
    value: unchecked(Double),
    timestamp: unchecked(Int),
    step: unchecked(Int),
  }),
);

const LogBatch = {
  run_id: need(Text),
  metrics: withKeys(Metrics, 'metrics', ['key', 'value', 'timestamp']),
  params: withKeys(Tags, 'params', ['key']),
  tags: withKeys(Tags, 'tags', ['key']),
};

export const logBatch: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/log-batch',
  source: 'recorded from MLflow 3.17.2; mlflow/utils/validation.py, _validate_batch_log_data',
  async handle(call) {
    const order = await messageOf(call, LogBatch);
    if (!/^[a-zA-Z0-9][\w-]{0,255}$/u.test(order.run_id)) {
      throw invalidParameter(invalidValue('run_id', order.run_id));
    }
    const metrics = order.metrics.map(
      ({ key = '', value = 0, timestamp: timestampMs = 0, step = 0 }, index) =>
        checkedMetric({ key, value, timestampMs, step }, `metrics[${index}]`),
    );
    const params = order.params.map(({ key = '', value = '' }, index) =>
      checkedParam(key, value, `params[${index}]`),
    );
    const tags = order.tags.map(({ key = '', value = '' }, index) =>
      runTag(key, value, `tags[${index}]`),
    );
    checkLimit('metrics', 1000, metrics.length);
    checkLimit('params', 100, params.length);
    checkLimit('tags', 100, tags.length);
    checkLimit('metrics, params, and tags', 1000, metrics.length + params.length + tags.length);
    refuseDoubles(params.map(({ key }) => key));

    const run = activeRun(call.state, order.run_id);
    refuseChanges(run, params);
    for (const { key, value } of params) run.params.set(key, value);
    logMetrics(run, metrics);
    for (const tag of tags) setTag(run, tag);
    return answer({});
  },
};

function checkLimit(what: string, most: number, count: number): void {
  if (count <= most) return;
  throw invalidParameter(
    `A batch logging request can contain at most ${most} ${what}. Got ${count} ${what}. Please split ` +
      `up ${what} across multiple requests and try again.`,
  );
}

function refuseDoubles(keys: readonly string[]): void {
  const doubles = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (doubles.length === 0) return;
  throw invalidParameter(
    `Duplicate parameter keys have been submitted: ${pythonList(doubles)}. Please ensure the request ` +
      'contains only one param value per param key.',
  );
}

function refuseChanges(run: Run, params: readonly { key: string; value: string }[]): void {
  const changes = params.flatMap(({ key, value }) => {
    const old = run.params.get(key);
    if (old === undefined || old === value) return [];
    const texts = [key, old, value].map(pythonRepr);
    return [`{'key': ${texts[0]}, 'old_value': ${texts[1]}, 'new_value': ${texts[2]}}`];
  });
  if (changes.length === 0) return;
  throw invalidParameter(
    `Changing param values is not allowed. Params were already logged='[${changes.join(', ')}]' for ` +
      `run ID='${run.id}'.`,
  );
}
