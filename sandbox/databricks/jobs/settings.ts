import { z } from 'zod';

import { invalidParameter } from '../api-error.ts';
import { Int, Milliseconds, Seconds } from '../input.ts';
import { AccessControlList } from '../permissions/grant.ts';

// z.looseObject: what the API knows and the sandbox need not act upon is kept and given back.

const Parameters = z.record(z.string(), z.coerce.string());

const NotebookTask = z.looseObject({
  notebook_path: z.string().min(1),
  source: z.enum(['WORKSPACE', 'GIT']).optional(),
  base_parameters: Parameters.optional(),
});

const SparkPythonTask = z.looseObject({
  python_file: z.string().min(1),
  source: z.enum(['WORKSPACE', 'GIT']).optional(),
  parameters: z.array(z.coerce.string()).optional(),
});

export const RunIf = z.enum([
  'ALL_SUCCESS',
  'ALL_DONE',
  'NONE_FAILED',
  'AT_LEAST_ONE_SUCCESS',
  'ALL_FAILED',
  'AT_LEAST_ONE_FAILED',
]);
export type RunIf = z.infer<typeof RunIf>;

const Task = z.looseObject({
  task_key: z.string().regex(/^[\w-]{1,100}$/u),
  notebook_task: NotebookTask.optional(),
  spark_python_task: SparkPythonTask.optional(),
  depends_on: z.array(z.looseObject({ task_key: z.string() })).default([]),
  run_if: RunIf.default('ALL_SUCCESS'),
  timeout_seconds: Seconds.default(0),
  max_retries: Int.default(0),
  min_retry_interval_millis: Milliseconds.default(0),
  retry_on_timeout: z.boolean().default(false),
  disabled: z.boolean().default(false),
  new_cluster: z.looseObject({ spark_version: z.string().min(1) }).optional(),
  existing_cluster_id: z.string().optional(),
  job_cluster_key: z.string().optional(),
  environment_key: z.string().optional(),
  libraries: z.array(z.looseObject({})).default([]),
});
type LooseTask = z.infer<typeof Task>;

/** What a task runs: the two kinds of work that the sandbox can do. */
export type Work =
  | {
      readonly kind: 'notebook';
      readonly path: string;
      readonly source: 'WORKSPACE' | 'GIT';
      readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'python';
      /** Absolute, below the repository's root, or `dbfs:/…`. */
      readonly path: string;
      readonly source: 'WORKSPACE' | 'GIT';
      readonly parameters: readonly string[];
    };

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

const GitSource = z.looseObject({
  git_url: z.string().min(1),
  git_provider: z.string().optional(),
  git_branch: z.string().optional(),
  git_tag: z.string().optional(),
  git_commit: z.string().optional(),
});
export type GitSource = z.infer<typeof GitSource>;

const settings = {
  tasks: z.array(Task).optional(),
  git_source: GitSource.optional(),
  timeout_seconds: Seconds.default(0),
  queue: z.looseObject({ enabled: z.boolean().default(false) }).optional(),
  run_as: z.looseObject({}).optional(),
  access_control_list: AccessControlList.optional(),
  job_clusters: z.array(z.looseObject({ job_cluster_key: z.string() })).optional(),
  environments: z.array(z.looseObject({ environment_key: z.string() })).optional(),
};

/** What jobs/runs/submit takes. Source: databricks-sdk-py service/jobs.py, SubmitRun. */
export const Submission = z.looseObject({
  ...settings,
  run_name: z.string().max(4096).default('Untitled'),
  idempotency_token: z.string().optional(),
});
export type Submission = z.infer<typeof Submission>;

/** What jobs/create takes. Source: databricks-sdk-py service/jobs.py, CreateJob. */
export const JobSettings = z.looseObject({
  ...settings,
  name: z.string().max(4096).default('Untitled'),
  max_concurrent_runs: Int.default(1),
  parameters: z.array(z.looseObject({ name: z.string(), default: z.coerce.string() })).default([]),
});
export type JobSettings = z.infer<typeof JobSettings>;

/** What a run is made of, checked: every task can be run here, and they form no circle. */
export interface Plan {
  readonly tasks: readonly Task[];
  readonly gitSource: GitSource | null;
  readonly timeoutMs: number | null;
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
  };
}

function singleTaskFormat(given: Record<string, unknown>): string {
  const single = Object.keys(given).find((key) => key.endsWith('_task'));
  if (!single) return 'One of job_cluster or tasks must be specified: tasks is empty';
  return `${single} outside of tasks is the format of API 2.0, which the sandbox does not take`;
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

function workOf(task: LooseTask, git: GitSource | undefined): Work {
  const { notebook_task: notebook, spark_python_task: python, task_key: key } = task;
  const kinds = Object.keys(task).filter((name) => name.endsWith('_task'));
  const other = kinds.find((kind) => kind !== 'notebook_task' && kind !== 'spark_python_task');
  if (other) throw invalidParameter(`Task ${key}: the sandbox cannot run a ${other}`);
  if (notebook && python) throw invalidParameter(`Task ${key} has more than one thing to run`);
  if (python) {
    const file = { path: python.python_file, source: python.source ?? 'WORKSPACE' };
    checkSource(key, file, git);
    return { kind: 'python', ...file, parameters: python.parameters ?? [] };
  }
  if (!notebook) throw invalidParameter(`Task ${key} has nothing to run: notebook_task is missing`);
  if (notebook['warehouse_id']) {
    throw invalidParameter(`Task ${key}: the sandbox has no SQL warehouse (warehouse_id)`);
  }
  const source = notebook.source ?? (git ? 'GIT' : 'WORKSPACE');
  checkSource(key, { path: notebook.notebook_path, source }, git);
  const parameters = notebook.base_parameters ?? {};
  return { kind: 'notebook', path: notebook.notebook_path, source, parameters };
}

function checkSource(
  key: string,
  { path, source }: Pick<Work, 'path' | 'source'>,
  git: GitSource | undefined,
): void {
  if (source === 'GIT' && !git) {
    throw invalidParameter(`Task ${key} takes its notebook from GIT, but git_source is missing`);
  }
  if (source === 'WORKSPACE' && !path.startsWith('/') && !path.startsWith('dbfs:/')) {
    throw invalidParameter(
      "Only absolute paths are currently supported. Paths must begin with '/'.",
    );
  }
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
