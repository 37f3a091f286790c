import { invalidValue } from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { checkKey, checkLength } from '../names.ts';
import { Float, pythonJson } from '../python-json.ts';
import { type Metric, RUN_NAME, type Run } from './run.ts';

/** Infinity has no place in its database. Source: sqlalchemy_store.py, sanitize_metric_value. */
const LARGEST = Number.MAX_VALUE;

/**
 * A metric that may be logged.
 *
 * Source: mlflow/mlflow mlflow/utils/validation.py, _validate_metric.
 * @throws {MlflowError} 400
 */
export function checkedMetric(metric: Metric, path = ''): Metric {
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  checkKey(metric.key, at('name'));
  if (metric.timestampMs < 0) {
    const value = pythonJson(new Float(metric.value));
    throw invalidParameter(
      invalidValue(
        at('timestamp'),
        metric.timestampMs,
        `metric '${metric.key}' (value=${value}). Timestamp must be a nonnegative long (64-bit ` +
          'integer) ',
      ),
    );
  }
  checkLength('Metric name', metric.key, 250);
  return { ...metric, value: Math.min(LARGEST, Math.max(-LARGEST, metric.value)) };
}

/** The same metric twice is logged once. */
export function logMetrics(run: Run, metrics: readonly Metric[]): void {
  for (const metric of metrics) {
    if (run.metrics.some((one) => isSame(one, metric))) continue;
    run.metrics.push(metric);
    const latest = run.latest.get(metric.key);
    if (!latest || isLater(metric, latest)) run.latest.set(metric.key, metric);
  }
}

function isSame(a: Metric, b: Metric): boolean {
  const isSameTime = a.timestampMs === b.timestampMs && a.step === b.step;
  return a.key === b.key && isSameTime && Object.is(a.value, b.value);
}

/** Source: sqlalchemy_store.py, _update_latest_metrics_if_necessary. */
function isLater(a: Metric, b: Metric): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestampMs !== b.timestampMs) return a.timestampMs > b.timestampMs;
  return a.value > b.value;
}

/** A parameter that may be logged; long values are cut. Source: _validate_param. */
export function checkedParam(key: string, value: string, path = '') {
  checkKey(key, path === '' ? 'key' : `${path}.key`);
  checkLength('Param key', key, 250);
  return { key, value: value.slice(0, 6000) };
}

/** A run's name is also a tag of it. */
export function setTag(run: Run, { key, value }: { key: string; value: string }): void {
  run.tags.set(key, value);
  if (key === RUN_NAME) run.name = value;
}
