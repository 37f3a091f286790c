import { z } from 'zod';

import { rightNames } from './azure-devops/permissions/namespaces.ts';
import { EntraConfig } from './entra/entra-config.ts';
import { GithubConfig } from './github/github-config.ts';
import { MlflowConfig } from './mlflow/mlflow-config.ts';

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

/** Trust in an issuer of OIDC tokens. Source: databricks-sdk-py service/oauth2.py. */
const FederationPolicy = z.strictObject({
  /** The application that its tokens stand for. */
  client_id: z.uuid(),
  issuer: z.string().min(1),
  subject: z.string().min(1),
  subject_claim: z.string().default('sub'),
  /** Left out: the workspace's token endpoint. */
  audiences: z.array(z.string().min(1)).default([]),
  /** The issuer's public keys. Left out: those that it publishes. */
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }).optional(),
});

/** Everything there is in a sandbox when it starts. */
export const SandboxConfig = z.strictObject({
  /** Token that the admin interface asks for. */
  admin_token: z.string().min(16),
  entra: EntraConfig,
  databricks: z.strictObject({
    /** `adb-1234567890123456.7.azuredatabricks.net` */
    host: z.string().min(1),
    workspace_id: z.string().regex(/^\d+$/),
    /** Applications that are members of the workspace, by client id. */
    principals: z.array(z.uuid()),
    users: z.array(User).default([]),
    /** Whose git credential the workspace holds; Entra-based, so without a token of its own. */
    git_credentials: z.array(z.uuid()).default([]),
    /** Who may do everything, by client id or user name. Left out: every member may. */
    admins: z.array(z.string().min(1)).optional(),
    /** Groups besides `users` and `admins`: client ids and user names. */
    groups: z.record(z.string(), z.array(z.string().min(1))).default({}),
    /** Who has the role to let runs act as an application: client id to client ids and user names. */
    run_as: z.record(z.string(), z.array(z.string().min(1))).default({}),
    /** Databricks' own OAuth secrets of applications: no secret of Entra ID works in their place. */
    oauth_secrets: z
      .array(z.strictObject({ client_id: z.uuid(), secret: z.string().min(1) }))
      .default([]),
    /** Whose tokens can be exchanged for one of the workspace. */
    federation_policies: z.array(FederationPolicy).default([]),
    /** The schemas of Unity Catalog: `main.default`. */
    schemas: z.array(z.string().regex(/^[^.\s/]+\.[^.\s/]+$/u)).default(['main.default']),
    /** Secret scopes there are at start: scope to key to value. */
    secret_scopes: z.record(z.string(), z.record(z.string(), z.string())).default({}),
    /** How long a run waits for a cluster of its own. */
    cluster_start_ms: z.int().min(0).default(0),
    /** Job and run ids beyond 2^53, which a careless JSON reader rounds. */
    big_ids: z.boolean().default(false),
    /** Requests a second, by path (`jobs/run-now`, `jobs/*`), or the `documented` limits. */
    rate_limits: z
      .union([z.literal('documented'), z.record(z.string(), z.number().positive())])
      .default({}),
  }),
  azure_devops: z.strictObject({
    organization: z.string().min(1),
    project: z.string().min(1),
    principals: z.array(z.uuid()),
    users: z.array(User).default([]),
    repositories: z.array(Repository).default([]),
    pipelines: z.array(Pipeline).default([]),
    variable_groups: z.array(VariableGroup).default([]),
    /** Service connections to Azure, each with the application that it stands for. */
    service_connections: z
      .array(z.strictObject({ name: z.string().min(1), client_id: z.uuid() }))
      .default([]),
    /** Rights that are taken away: from a client id, a user, a display name. Everybody has all others. */
    denied: z
      .array(z.strictObject({ principal: z.string().min(1), right: z.enum(rightNames) }))
      .default([]),
    /** What a credential that is not believed gets: a page with a 203, or the way to it. */
    sign_in: z.enum(['page', 'redirect']).default('page'),
    /** Whether only variables that the definition opens may be given to a run. */
    limit_queue_variables: z.boolean().default(true),
    /** How much anybody may ask in a window of time; one request is one unit. Left out: any amount. */
    rate_limit: z
      .strictObject({
        units: z.int().min(1).default(200),
        window_ms: z.int().min(1).default(300_000),
      })
      .optional(),
    /** How long a second lasts between the attempts at telling a service hook, in milliseconds. */
    hook_second_ms: z.int().min(1).default(1000),
    /** Whether a run is made of a pipeline that is wrong, and fails, instead of being refused. */
    late_yaml_errors: z.boolean().default(false),
    /** How many jobs run at the same time; others wait. */
    parallel_jobs: z.int().min(1).default(2),
  }),
  /** An MLflow server beside the workspace. */
  mlflow: MlflowConfig.optional(),
  /** GitHub, whose workflows are started and followed, and not executed. */
  github: GithubConfig.optional(),
});
export type SandboxConfig = z.infer<typeof SandboxConfig>;
