import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { Workspace } from '../workspace.ts';
import type { Run, TaskRun } from './run.ts';
import { stateAndStatus } from './run-phase.ts';

const TaskValues = z.record(z.string(), z.unknown());

/**
 * The widgets of a task: run-now's notebook_params win over job parameters, those over the task's own
 * base_parameters. References such as `{{job.run_id}}` are filled in.
 *
 * Source: docs.databricks.com/jobs/parameters and /jobs/dynamic-value-references.
 * @throws {Error} a reference that the sandbox does not know, by name
 */
export async function parametersFor(
  workspace: Workspace,
  run: Run,
  task: TaskRun,
  own: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const given: Record<string, string> = { ...own };
  for (const [name, { value }] of Object.entries(run.parameters.job)) given[name] = value;
  Object.assign(given, run.parameters.notebook);
  const resolved = Object.entries(given).map(async ([name, value]) => {
    return [name, await resolve(workspace, run, task, value)] as const;
  });
  return Object.fromEntries(await Promise.all(resolved));
}

/** What a Python file gets on its command line: what run-now said, or else what the task says. */
export async function argumentsFor(
  workspace: Workspace,
  run: Run,
  task: TaskRun,
  own: readonly string[],
): Promise<string[]> {
  const given = run.parameters.python ?? own;
  return Promise.all(given.map((text) => resolve(workspace, run, task, text)));
}

/** Where the tasks of a run keep what they set with dbutils.jobs.taskValues. */
export function valuesFolder(workspace: Workspace, run: Run): string {
  return join(workspace.folder, 'values', String(run.runId));
}

const REFERENCE = /\{\{\s*(?<name>[^{}]*?)\s*\}\}/gu;

const TASK_REFERENCE = /^tasks\.(?<key>[\w-]+)\.(?:values\.(?<field>.+)|result_state)$/u;

async function resolve(workspace: Workspace, run: Run, task: TaskRun, text: string) {
  let resolved = text;
  for (const match of text.matchAll(REFERENCE)) {
    const value = await valueOf(workspace, run, task, match.groups?.['name'] ?? '');
    resolved = resolved.replace(match[0], () => value);
  }
  return resolved;
}

async function valueOf(workspace: Workspace, run: Run, current: TaskRun, name: string) {
  const plain = plainValues(workspace, run, current).get(name);
  if (plain !== undefined) return String(plain);

  const parameter = new Map(Object.entries(run.parameters.job)).get(
    name.replace(/^job\.parameters\./u, ''),
  );
  if (parameter && name.startsWith('job.parameters.')) return parameter.value;
  const value = await valueOfTask(workspace, run, name);
  if (value === null) throw new Error(`The sandbox does not know the reference {{${name}}}`);
  return value;
}

async function valueOfTask(workspace: Workspace, run: Run, name: string) {
  const { key = '', field } = TASK_REFERENCE.exec(name)?.groups ?? {};
  if (key === '') return null;
  return field === undefined ? resultOf(run, key) : taskValue(workspace, run, key, field);
}

function plainValues(
  { config }: Workspace,
  run: Run,
  task: TaskRun,
): ReadonlyMap<string, string | number> {
  const values = {
    'job.id': run.jobId,
    job_id: run.jobId,
    'job.name': run.name,
    'job.run_id': run.runId,
    'job.start_time.iso_datetime': new Date(run.startMs).toISOString(),
    'task.name': task.task.task_key,
    'task.run_id': task.runId,
    run_id: task.runId,
    'task.execution_count': task.attempt + 1,
    ...(task.task.work.kind === 'notebook' && { 'task.notebook_path': task.task.work.path }),
    'workspace.id': config.workspace_id,
    'workspace.url': `https://${config.host}`,
  };
  return new Map(Object.entries(values));
}

async function taskValue(workspace: Workspace, run: Run, key: string, field: string) {
  const path = join(valuesFolder(workspace, run), `${key}.json`);
  const values = TaskValues.parse(JSON.parse(await readFile(path, 'utf8').catch(() => '{}')));
  if (!Object.hasOwn(values, field)) throw new Error(`Task ${key} has set no value named ${field}`);
  const value = values[field];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function resultOf(run: Run, key: string): string {
  const task = run.tasks.findLast((candidate) => candidate.task.task_key === key);
  const state = task ? stateAndStatus(task.phase).state : {};
  return 'result_state' in state ? String(state.result_state).toLowerCase() : '';
}
