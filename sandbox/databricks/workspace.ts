import type { SandboxConfig } from '../config.ts';
import type { SandboxTools } from '../kit/tools.ts';
import type { Repositories } from './git/checkout.ts';
import type { GitCredential } from './git-credentials/git-credential.ts';
import type { Ids } from './ids.ts';
import type { Job } from './jobs/job.ts';
import type { Run } from './jobs/run.ts';
import type { Grant } from './permissions/grant.ts';
import type { ModelLevel } from './permissions/model-access.ts';
import type { Principal } from './principal.ts';
import type { Model } from './registry/model.ts';
import type { Repo } from './repos/repo.ts';
import type { Application } from './scim/application.ts';
import type { SecretScope } from './secrets/secret-scope.ts';
import type { UnityModel } from './unity-catalog/unity-model.ts';
import type { Webhook } from './webhooks/webhook.ts';

/** All that one emulated workspace knows. */
export interface Workspace {
  readonly config: SandboxConfig['databricks'];
  /** Whose applications its members are. */
  readonly tenant: string;
  readonly tools: SandboxTools;
  /** The workspace's own folder: what notebooks see as /dbfs lies below it. */
  readonly folder: string;
  readonly ids: Ids;
  readonly jobs: Map<number, Job>;
  readonly runs: Map<number, Run>;
  /** Runs by the idempotency token they were started with, those that were deleted included. */
  readonly idempotent: Map<string, number>;
  /** What `apiToken()` gives to a notebook, good for as long as its task runs. */
  readonly runTokens: Map<string, Principal>;
  /** Databricks' own access tokens. */
  readonly oauthTokens: Map<
    string,
    { readonly principal: Principal; readonly expiresAtMs: number }
  >;
  /** The applications that are members, by application id. */
  readonly applications: Map<string, Application>;
  readonly repositories: Repositories;
  readonly repos: Map<number, Repo>;
  readonly gitCredentials: GitCredential[];
  readonly models: Map<string, Model>;
  /** What is granted on all models at once. */
  accessToModels: readonly Grant<ModelLevel>[];
  /** By full name, in lower case. */
  readonly unityModels: Map<string, UnityModel>;
  readonly secretScopes: Map<string, SecretScope>;
  readonly webhooks: Map<string, Webhook>;
  /** Runs and webhook requests under way; closing waits for them. */
  readonly background: Set<Promise<void>>;
}

/** Lets work go on after the answer was given, and keeps it in sight until it is done. */
export function inBackground(workspace: Workspace, work: Promise<void>): void {
  workspace.background.add(work);
  void work.finally(() => workspace.background.delete(work));
}
