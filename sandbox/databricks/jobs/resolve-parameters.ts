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
): Promise<Record<string, string>> {
  const pushedDown = Object.entries(run.parameters.job).map(([name, { value }]) => [name, value]);
  const given: Record<string, string> = {
    ...task.task.notebook_task.base_parameters,
    ...Object.fromEntries(pushedDown),
    ...run.parameters.notebook,
  };
  const resolved = Object.entries(given).map(async ([name, value]) => {
    return [name, await resolve(workspace, run, task, value)] as const;
  });
  return Object.fromEntries(await Promise.all(resolved));
}

/** Where the tasks of a run keep what they set with dbutils.jobs.taskValues. */
export function valuesFolder(workspace: Workspace, run: Run): string {
  return join(workspace.folder, 'values', String(run.runId));
}

const REFERENCE = /\{\{\s*(?<name>[^{}]*?)\s*\}\}/gu;

async function resolve(workspace: Workspace, run: Run, task: TaskRun, text: string) {
  let resolved = text;
  for (const match of text.matchAll(REFERENCE)) {
    const value = await valueOf(workspace, run, task, match.groups?.['name'] ?? '');
    resolved = resolved.replace(match[0], () => value);
  }
  return resolved;
}

async function valueOf(workspace: Workspace, run: Run, task: TaskRun, name: string) {
  const plain: Record<string, string | number> = {
    'job.id': run.jobId,
    job_id: run.jobId,
    'job.name': run.name,
    'job.run_id': run.runId,
    'job.start_time.iso_datetime': new Date(run.startMs).toISOString(),
    'task.name': task.task.task_key,
    'task.run_id': task.runId,
    run_id: task.runId,
    'task.execution_count': task.attempt + 1,
    'task.notebook_path': task.task.notebook_task.notebook_path,
    'workspace.id': workspace.config.workspace_id,
    'workspace.url': `https://${workspace.config.host}`,
  };
  if (name in plain) return String(plain[name]);

  const [scope, key = '', what, field = ''] = name.split('.');
  const parameter = what === undefined ? undefined : run.parameters.job[what];
  if (scope === 'job' && key === 'parameters' && parameter) return parameter.value;
  if (scope === 'tasks' && what === 'values') return taskValue(workspace, run, key, field);
  if (scope === 'tasks' && what === 'result_state') return resultOf(run, key);
  throw new Error(`The sandbox does not know the reference {{${name}}}`);
}

async function taskValue(workspace: Workspace, run: Run, key: string, field: string) {
  const path = join(valuesFolder(workspace, run), `${key}.json`);
  const values = TaskValues.parse(JSON.parse(await readFile(path, 'utf8').catch(() => '{}')));
  if (!(field in values)) throw new Error(`Task ${key} has set no value named ${field}`);
  const value = values[field];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function resultOf(run: Run, key: string): string {
  const task = run.tasks.findLast((candidate) => candidate.task.task_key === key);
  const state = task ? stateAndStatus(task.phase).state : {};
  return 'result_state' in state ? String(state.result_state).toLowerCase() : '';
}
