import { z } from 'zod';

const App = z.strictObject({
  client_id: z.uuid(),
  name: z.string().min(1),
  secret: z.string().min(1),
});

/** A person with a personal access token. */
const User = z.strictObject({ name: z.string().min(1), token: z.string().min(1) });

const Variable = z.union([
  z.string(),
  z.strictObject({
    value: z.string(),
    secret: z.boolean().default(false),
    settable_at_queue_time: z.boolean().default(false),
  }),
]);

const Repository = z.strictObject({
  name: z.string().min(1),
  /** A folder whose files become the first commit. */
  from: z.string().min(1),
  default_branch: z.string().default('main'),
  /** Further branches, made from the first commit. */
  branches: z.array(z.string()).default([]),
});

const Pipeline = z.strictObject({
  /** Pipeline ids are given out from 1 in this order. */
  name: z.string().min(1),
  repository: z.string().min(1),
  /** Below the root of the repository: `pipelines/ci.yml`. */
  path: z.string().min(1),
  variables: z.record(z.string(), Variable).default({}),
});

const VariableGroup = z.strictObject({
  name: z.string().min(1),
  variables: z.record(z.string(), Variable),
});

/** Everything there is in a sandbox when it starts. */
export const SandboxConfig = z.strictObject({
  /** Token that the admin interface asks for. */
  admin_token: z.string().min(16),
  entra: z.strictObject({ tenant: z.uuid(), apps: z.array(App) }),
  databricks: z.strictObject({
    /** `adb-1234567890123456.7.azuredatabricks.net` */
    host: z.string().min(1),
    workspace_id: z.string().regex(/^\d+$/),
    /** Applications that are members of the workspace, by client id. */
    principals: z.array(z.uuid()),
    users: z.array(User).default([]),
    /** Whose git credential the workspace holds; Entra-based, so without a token of its own. */
    git_credentials: z.array(z.uuid()).default([]),
  }),
  azure_devops: z.strictObject({
    organization: z.string().min(1),
    project: z.string().min(1),
    principals: z.array(z.uuid()),
    users: z.array(User).default([]),
    repositories: z.array(Repository).default([]),
    pipelines: z.array(Pipeline).default([]),
    variable_groups: z.array(VariableGroup).default([]),
  }),
});
export type SandboxConfig = z.infer<typeof SandboxConfig>;
