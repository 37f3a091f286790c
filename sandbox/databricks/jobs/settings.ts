import { z } from 'zod';

import { invalidParameter } from '../api-error.ts';
import { Int } from '../input.ts';

// z.looseObject: what the API knows and the sandbox need not act upon is kept and given back.

const Parameters = z.record(z.string(), z.coerce.string());

const NotebookTask = z.looseObject({
  notebook_path: z.string().min(1),
  source: z.enum(['WORKSPACE', 'GIT']).optional(),
  base_parameters: Parameters.optional(),
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
  depends_on: z.array(z.looseObject({ task_key: z.string() })).default([]),
  run_if: RunIf.default('ALL_SUCCESS'),
  timeout_seconds: Int.default(0),
  max_retries: Int.default(0),
  min_retry_interval_millis: Int.default(0),
  retry_on_timeout: z.boolean().default(false),
  disabled: z.boolean().default(false),
});
type LooseTask = z.infer<typeof Task>;

/** One task of a job: a notebook, the only kind that the sandbox runs. */
export interface Task extends LooseTask {
  readonly notebook_task: z.infer<typeof NotebookTask>;
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
  timeout_seconds: Int.default(0),
  queue: z.looseObject({ enabled: z.boolean().default(false) }).optional(),
  run_as: z.looseObject({}).optional(),
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

/** What a run is made of, checked: every task is a notebook, and they form no circle. */
export interface Plan {
  readonly tasks: readonly Task[];
  readonly gitSource: GitSource | null;
  readonly timeoutMs: number | null;
}

/**
 * Checks what the schema cannot.
 *
 * Source: the text about git_provider is recorded (databricks/cli acceptance); the others are ours.
 * @throws {ApiError} 400, naming the field, also for every kind of task the sandbox cannot run
 */
export function planOf(given: Submission | JobSettings): Plan {
  const tasks = (given.tasks ?? []).map((task) => checkedTask(task, given.git_source));
  if (tasks.length === 0) throw invalidParameter(singleTaskFormat(given));
  checkGraph(tasks);
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

function checkedTask(task: LooseTask, git: GitSource | undefined): Task {
  const { notebook_task: notebook, task_key: key } = task;
  const kinds = Object.keys(task).filter((name) => name.endsWith('_task'));
  const other = kinds.find((kind) => kind !== 'notebook_task');
  if (other) throw invalidParameter(`Task ${key}: the sandbox cannot run a ${other}`);
  if (!notebook) throw invalidParameter(`Task ${key} has nothing to run: notebook_task is missing`);
  if (notebook['warehouse_id']) {
    throw invalidParameter(`Task ${key}: the sandbox has no SQL warehouse (warehouse_id)`);
  }
  const source = notebook.source ?? (git ? 'GIT' : 'WORKSPACE');
  if (source === 'GIT' && !git) {
    throw invalidParameter(`Task ${key} takes its notebook from GIT, but git_source is missing`);
  }
  if (source === 'WORKSPACE' && !notebook.notebook_path.startsWith('/')) {
    throw invalidParameter(
      "Only absolute paths are currently supported. Paths must begin with '/'.",
    );
  }
  return { ...task, notebook_task: { ...notebook, source } };
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
