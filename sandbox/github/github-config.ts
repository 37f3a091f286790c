import { z } from 'zod';

/** Source: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, on.workflow_dispatch.inputs. */
const Input = z.strictObject({
  type: z.enum(['string', 'boolean', 'number', 'choice', 'environment']).default('string'),
  required: z.boolean().default(false),
  default: z.string().optional(),
  /** For a choice. */
  options: z.array(z.string()).default([]),
});

/** Source: docs.github.com/en/rest/actions/workflow-runs, `conclusion`. */
export const Conclusion = z.enum([
  'success',
  'failure',
  'cancelled',
  'timed_out',
  'neutral',
  'skipped',
  'action_required',
  'stale',
  'startup_failure',
]);
export type Conclusion = z.infer<typeof Conclusion>;

/** What a workflow's file would say, as far as its callers see it; nothing of it is executed. */
const Workflow = z.strictObject({
  name: z.string().min(1),
  /** `.github/workflows/release.yml` */
  path: z.string().regex(/^\.github\/workflows\/[^/]+\.ya?ml$/u),
  /** Left out: it cannot be started by its API. */
  workflow_dispatch: z.strictObject({ inputs: z.record(z.string(), Input).default({}) }).optional(),
  /** The event types it starts for; an empty list is any. Left out: none. */
  repository_dispatch: z.array(z.string().min(1)).optional(),
  disabled: z.boolean().default(false),
  jobs: z.array(z.string().min(1)).min(1).default(['build']),
  /** How its runs end. A fault can have it otherwise. */
  conclusion: Conclusion.default('success'),
  /** How long its runs wait, and then look as if they ran. */
  queued_ms: z.int().min(0).default(0),
  takes_ms: z.int().min(0).default(1000),
  /** Lines for the log of the first job, such as a tool would have printed. */
  log: z.array(z.string()).default([]),
});

const Repository = z.strictObject({
  owner: z.string().regex(/^[\w.-]+$/u),
  name: z.string().regex(/^[\w.-]+$/u),
  default_branch: z.string().min(1).default('main'),
  /** Further branches. */
  branches: z.array(z.string().min(1)).default([]),
  /** Ids are given out in this order. */
  workflows: z.array(Workflow).default([]),
});

/** GitHub's REST API, as far as it starts and follows workflow runs. All repositories are private. */
export const GithubConfig = z.strictObject({
  /** People with a personal access token. */
  users: z
    .array(
      z.strictObject({
        login: z.string().regex(/^[\w-]+$/u),
        token: z.string().min(1),
        can_write: z.boolean().default(true),
      }),
    )
    .default([]),
  repositories: z.array(Repository).default([]),
  /** How long a run that was started stays out of the lists. */
  runs_appear_after_ms: z.int().min(0).default(1000),
  /** Requests an hour, for each token. */
  rate_limit: z.int().min(1).default(5000),
});
export type GithubConfig = z.infer<typeof GithubConfig>;
export type Workflow = z.infer<typeof Workflow>;
