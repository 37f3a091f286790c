import { z } from 'zod';

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
export type LooseTask = z.infer<typeof Task>;

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
