import type { SandboxConfig } from '../config.ts';
import type { Processes } from '../git/processes.ts';
import type { Repository } from '../git/repository.ts';
import type { Call } from '../kit/action.ts';
import type { SandboxTools } from '../kit/tools.ts';
import type { Stage } from '../pipelines/model/pipeline.ts';
import type { RunningPipeline } from '../pipelines/runs/run-pipeline.ts';
import type { RunDeps } from '../pipelines/runs/run-plan.ts';
import type { RunRecord } from '../pipelines/runs/run-record.ts';
import type { Variable } from '../pipelines/variables/variable-set.ts';
import type { Hooks } from './hooks/subscription.ts';
import type { Identity } from './identity.ts';
import type { Authorization } from './permissions/authorizations.ts';
import type { Usage } from './rate-limit.ts';
import type { RunRepository } from './runs/load.ts';

/** One organisation with one project, and everything in it. */
export interface AzureDevops {
  readonly organization: string;
  readonly organizationId: string;
  readonly project: Project;
  readonly config: SandboxConfig;
  readonly tools: SandboxTools;
  readonly processes: Processes;
  readonly deps: RunDeps;
  readonly openedAtMs: number;
  readonly repositories: HostedRepository[];
  /** The oldest first. */
  readonly pushes: Push[];
  readonly definitions: Definition[];
  lastDefinitionId: number;
  readonly groups: VariableGroup[];
  lastGroupId: number;
  /** The oldest first. */
  readonly runs: Run[];
  /** Pushes that wait for a run to end, by definition and branch; the newest of each. */
  readonly batches: Map<string, () => Promise<void>>;
  /** Tokens of the runs that go on. */
  readonly runTokens: Map<string, Run>;
  readonly hooks: Hooks;
  /** When somebody has asked, by their id, in the window of their limit. */
  readonly requests: Map<string, number[]>;
  /** How much of their limit those have used whose requests these are. */
  readonly usages: WeakMap<Request, Usage>;
  /** What can be had without a credential, by signature. */
  readonly signed: Map<string, SignedContent>;
  /** Which pipelines may use what, by type and id. */
  readonly authorizations: Map<string, Authorization>;
  /** How often each run number was given out, by definition and text. */
  readonly revisions: Map<string, number>;
  /** Where each `counter()` stands. */
  readonly counters: Map<string, number>;
}

export interface SignedContent {
  readonly expiresAtMs: number;
  readonly answer: () => Promise<Response> | Response;
}

export type AzureDevopsCall = Call<AzureDevops>;

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface HostedRepository {
  readonly id: string;
  readonly repository: Repository;
  /** Whether nobody has pushed anything to it yet. */
  isEmpty: boolean;
}

/** What somebody pushed at once. */
export interface Push {
  readonly id: number;
  readonly hosted: HostedRepository;
  readonly by: Identity;
  readonly updates: readonly RefUpdate[];
  readonly atMs: number;
}

/** A branch or a tag that points at something else than before. */
export interface RefUpdate {
  readonly name: string;
  /** Forty zeros: it was not there. */
  readonly oldObjectId: string;
  /** Forty zeros: it is gone. */
  readonly newObjectId: string;
}

/** A pipeline, as opposed to a run of it. */
export interface Definition {
  readonly id: number;
  name: string;
  revision: number;
  /** `\`, or `\models`. */
  folder: string;
  hosted: HostedRepository;
  /** From the root of the repository: `/pipelines/ci.yml`. */
  path: string;
  variables: readonly DefinitionVariable[];
  /** A disabled pipeline takes no runs. */
  queueStatus: 'enabled' | 'disabled';
}

export interface DefinitionVariable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly settableAtQueueTime: boolean;
}

export interface VariableGroup {
  readonly id: number;
  name: string;
  description: string;
  variables: readonly Variable[];
  readonly createdBy: Identity;
  readonly createdAtMs: number;
  modifiedBy: Identity;
  modifiedAtMs: number;
}

/** A run, which the Build API calls a build. */
export interface Run {
  readonly record: RunRecord;
  readonly definition: Definition;
  /** Of the definition, when the run was started. */
  readonly revision: number;
  readonly reason: 'manual' | 'individualCI' | 'batchedCI';
  readonly requestedFor: Identity;
  readonly sourceBranch: string;
  readonly sourceVersion: string;
  /** Given when it was asked for. */
  readonly variables: readonly Variable[];
  readonly templateParameters: Readonly<Record<string, string>>;
  /** By alias, the pipeline's own as `self`. */
  readonly repositories: ReadonlyMap<string, RunRepository>;
  readonly stages: readonly Stage[];
  /** null: it never could begin. */
  readonly running: RunningPipeline | null;
}
