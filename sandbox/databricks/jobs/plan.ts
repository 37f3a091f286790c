import { z } from 'zod';

import { invalidParameter } from '../api-error.ts';
import type { GitSource, JobSettings, LooseTask, Submission } from './settings.ts';
import { type Work, workOf } from './work.ts';

export interface Task extends LooseTask {
  readonly work: Work;
}

const PROVIDERS = [
  'gitHub',
  'gitLab',
  'bitbucketCloud',
  'gitLabEnterpriseEdition',
  'bitbucketServer',
  'azureDevOpsServices',
  'gitHubEnterprise',
  'awsCodeCommit',
];

/** What a run is made of, checked: every task can be run here, and they form no circle. */
export interface Plan {
  readonly tasks: readonly Task[];
  readonly gitSource: GitSource | null;
  readonly timeoutMs: number | null;
  /** One task without the word, as API 2.0 has it: the run is that of the task. */
  readonly isSingle: boolean;
}

/**
 * Checks what the schema cannot.
 *
 * Source: the text about git_provider is recorded (databricks/cli acceptance); the others are ours.
 * @throws {ApiError} 400, naming the field, also for whatever the sandbox cannot do
 */
export function planOf(given: Submission | JobSettings): Plan {
  const tasks = (given.tasks ?? []).map((task) => checkedTask(task, given));
  if (tasks.length === 0) throw invalidParameter(singleTaskFormat(given));
  checkGraph(tasks);
  checkStarts(given);
  return {
    tasks,
    gitSource: given.git_source ? checkedGitSource(given.git_source) : null,
    timeoutMs: given.timeout_seconds > 0 ? given.timeout_seconds * 1000 : null,
    isSingle: given['format'] === 'SINGLE_TASK',
  };
}

function singleTaskFormat(given: Record<string, unknown>): string {
  const single = Object.keys(given).find((key) => key.endsWith('_task'));
  if (!single) return 'One of job_cluster or tasks must be specified: tasks is empty';
  return `${single} outside of tasks is the format of API 2.0, no longer taken by this version`;
}

/** @throws {ApiError} 400, the job would start by itself, which nothing does in the sandbox */
function checkStarts(given: Record<string, unknown>): void {
  for (const name of ['schedule', 'trigger', 'continuous']) {
    const start = z.looseObject({ pause_status: z.string().optional() }).safeParse(given[name]);
    if (!start.success || start.data.pause_status === 'PAUSED') continue;
    throw invalidParameter(
      `The sandbox starts no job by itself: ${name} needs "pause_status": "PAUSED"`,
    );
  }
}

function checkedTask(task: LooseTask, job: Submission | JobSettings): Task {
  const work = workOf(task, job.git_source);
  checkCompute(task, job);
  return work.kind === 'notebook'
    ? {
        ...task,
        work,
        notebook_task: { notebook_path: '', ...task.notebook_task, source: work.source },
      }
    : { ...task, work };
}

function checkCompute(task: LooseTask, job: Submission | JobSettings): void {
  const { task_key: key, new_cluster, existing_cluster_id, job_cluster_key } = task;
  const named = [new_cluster, existing_cluster_id, job_cluster_key].filter(Boolean);
  if (named.length > 1) {
    throw invalidParameter(
      `Task ${key}: only one of new_cluster, existing_cluster_id and job_cluster_key can be given`,
    );
  }
  const clusters = (job.job_clusters ?? []).map((one) => one.job_cluster_key);
  if (job_cluster_key && !clusters.includes(job_cluster_key)) {
    throw invalidParameter(`Task ${key}: there is no job cluster ${job_cluster_key}`);
  }
  const environments = (job.environments ?? []).map((one) => one.environment_key);
  if (task.environment_key && !environments.includes(task.environment_key)) {
    throw invalidParameter(`Task ${key}: there is no environment ${task.environment_key}`);
  }
}

function checkGraph(tasks: readonly Task[]): void {
  const open = new Map<string, Task>();
  for (const task of tasks) {
    if (open.has(task.task_key)) throw invalidParameter(`Duplicate task_key: ${task.task_key}`);
    open.set(task.task_key, task);
  }
  for (const task of tasks) {
    const unknown = task.depends_on.find((upstream) => !open.has(upstream.task_key));
    if (!unknown) continue;
    const missing = unknown.task_key;
    throw invalidParameter(`Task ${task.task_key} depends on ${missing}, which does not exist`);
  }
  for (let found = true; found; ) {
    found = false;
    for (const task of open.values()) {
      if (task.depends_on.some((upstream) => open.has(upstream.task_key))) continue;
      open.delete(task.task_key);
      found = true;
    }
  }
  if (open.size > 0) {
    throw invalidParameter(`The tasks depend on each other: ${[...open.keys()].join(', ')}`);
  }
}

function checkedGitSource(source: GitSource): GitSource {
  const given = source.git_provider?.toLowerCase();
  const provider = PROVIDERS.find((name) => name.toLowerCase() === given);
  if (!provider) {
    const names = PROVIDERS.map((name) => name.toLowerCase()).join(',');
    throw invalidParameter(`git_source.git_provider must be one of: ${names}`);
  }
  const references = [source.git_branch, source.git_tag, source.git_commit].filter(Boolean);
  if (references.length !== 1) {
    throw invalidParameter(
      'Exactly one of git_source.git_branch, git_source.git_tag, git_source.git_commit is needed',
    );
  }
  return { ...source, git_provider: provider };
}
