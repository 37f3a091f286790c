import type { JobSettings } from './settings.ts';

/** What API 2.0 says of a job's one task beside the job's own settings. */
const OF_TASK = new Set([
  'notebook_task',
  'spark_python_task',
  'new_cluster',
  'existing_cluster_id',
  'libraries',
  'max_retries',
  'min_retry_interval_millis',
  'retry_on_timeout',
]);

/** The key of the one task, for who asks in terms of tasks: UNVERIFIED. */
const KEY = 'main';

type Given = Readonly<Record<string, unknown>>;

/**
 * Settings in terms of tasks, also where API 2.0 was told of one task without the word.
 *
 * Source: databricks-sdk-py service/jobs.py, Format; the legacy databricks-cli.
 */
export function inTasks(given: Given, version: string | undefined): Given {
  if ('tasks' in given) return { ...given, format: 'MULTI_TASK' };
  const single = Object.keys(given).some((name) => name.endsWith('_task'));
  if (!single || version !== '2.0') return given;
  const entries = Object.entries(given);
  const task = Object.fromEntries(entries.filter(([name]) => isOfTask(name)));
  const job = Object.fromEntries(entries.filter(([name]) => !isOfTask(name)));
  return { ...job, tasks: [{ ...task, task_key: KEY }], format: 'SINGLE_TASK' };
}

function isOfTask(name: string): boolean {
  return OF_TASK.has(name) || name.endsWith('_task');
}

/** The settings of a job as API 2.0 shows them, if it has one task without the word. */
export function asTold(settings: JobSettings, version: string | undefined): Given {
  const { tasks = [], ...job } = settings;
  if (version !== '2.0' || job['format'] !== 'SINGLE_TASK') {
    return { ...settings, format: job['format'] ?? 'MULTI_TASK' };
  }
  const task = Object.entries(tasks[0] ?? {}).filter(([name]) => OF_TASK.has(name));
  return { ...job, ...Object.fromEntries(task) };
}
