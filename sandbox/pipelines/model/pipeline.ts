import type { Position } from '../yaml/tree.ts';

/** A pipeline that can run: its file read, its templates expanded, everything in it supported. */
export interface Pipeline {
  /** The format of the run number; null: the usual one. */
  readonly name: string | null;
  readonly trigger: Trigger;
  readonly variables: readonly VariableLine[];
  readonly stages: readonly Stage[];
  /** What the file says that makes no difference in the sandbox. */
  readonly notes: readonly string[];
}

export type Trigger =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pushes';
      /** Whether pushes wait for the run that goes on, and are then taken together. */
      readonly batch: boolean;
      readonly branches: Filter | null;
      readonly tags: Filter | null;
      readonly paths: Filter | null;
    };

/** Patterns of names; without an `include`, everything is included. */
export interface Filter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export type VariableLine =
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly value: string;
      readonly readonly: boolean;
    }
  | { readonly kind: 'group'; readonly name: string; readonly at: Position };

/** A stage or a job among those that it may depend on. */
export interface Dependent {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly at: Position;
  readonly dependsOnAt: Position;
}

export interface Stage extends Dependent {
  readonly displayName: string;
  /** null: `succeeded()` */
  readonly condition: string | null;
  readonly variables: readonly VariableLine[];
  readonly jobs: readonly Job[];
}

export interface Job extends Dependent {
  readonly displayName: string;
  readonly condition: string | null;
  readonly continueOnError: boolean;
  /** 0: as long as it likes. */
  readonly timeoutMinutes: number;
  readonly cancelTimeoutMinutes: number;
  readonly variables: readonly VariableLine[];
  /** Of a deployment none: its hooks have them. */
  readonly steps: readonly Step[];
  readonly strategy: Strategy;
}

/** How often a job runs, and with what. */
export type Strategy =
  | { readonly kind: 'once' }
  /** The same job so many times, each knowing its place. */
  | { readonly kind: 'parallel'; readonly count: number; readonly maxParallel: number }
  | { readonly kind: 'matrix'; readonly legs: readonly Leg[]; readonly maxParallel: number }
  /** The legs are the JSON that the expression gives when the job is about to start. */
  | { readonly kind: 'later'; readonly expression: string; readonly maxParallel: number }
  | { readonly kind: 'deployment'; readonly environment: string; readonly hooks: readonly Hook[] };

/** A job of a matrix, by its name and the variables that it has beside those of the others. */
export interface Leg {
  readonly name: string;
  readonly variables: readonly (readonly [string, string])[];
}

/** A part of a deployment. */
export interface Hook {
  readonly name: HookName;
  readonly steps: readonly Step[];
}

export type HookName =
  | 'preDeploy'
  | 'deploy'
  | 'routeTraffic'
  | 'postRouteTraffic'
  | 'on.failure'
  | 'on.success';

export type Step =
  | ScriptStep
  | PowerShellStep
  | AzureCliStep
  | CheckoutStep
  | PublishStep
  | DownloadStep;

interface AnyStep {
  readonly at: Position;
  /** What output variables are found under. */
  readonly name: string;
  readonly displayName: string;
  readonly condition: string | null;
  readonly continueOnError: boolean;
  readonly env: readonly (readonly [string, string])[];
  /** null: as long as the job. */
  readonly timeoutMinutes: number | null;
  readonly retries: number;
  readonly restrictions: Restrictions;
}

/** What a step may do by what it prints. */
export interface Restrictions {
  /** Only the commands that change nothing of the job but its variables. */
  readonly restricted: boolean;
  /** Patterns of the variables that it may set; null: any. */
  readonly settable: readonly string[] | null;
}

export type ScriptText =
  | { readonly kind: 'inline'; readonly script: string }
  | { readonly kind: 'file'; readonly path: string; readonly arguments: string };

export interface ScriptStep extends AnyStep {
  readonly kind: 'script';
  readonly task: 'CmdLine' | 'Bash';
  readonly text: ScriptText;
  readonly workingDirectory: string | null;
  readonly failOnStderr: boolean;
}

export interface PowerShellStep extends AnyStep {
  readonly kind: 'powershell';
  readonly text: ScriptText;
  /** `$ErrorActionPreference` and so on, as they are set before the script. */
  readonly preferences: readonly (readonly [string, string])[];
  readonly ignoresExitCode: boolean;
  readonly hasOwnScope: boolean;
  readonly workingDirectory: string | null;
  readonly failOnStderr: boolean;
}

export interface AzureCliStep extends AnyStep {
  readonly kind: 'azure-cli';
  /** The name of a service connection. */
  readonly connection: string;
  readonly text: ScriptText;
  /** Whether the script finds the credential in its environment. */
  readonly tellsCredential: boolean;
  readonly workingDirectory: string | null;
  readonly failOnStderr: boolean;
}

export interface CheckoutStep extends AnyStep {
  readonly kind: 'checkout';
  /** `self`, the name of a repository resource, or an address `git://Project/Repository@ref`. */
  readonly repository: string;
  /** 0: the whole history. */
  readonly fetchDepth: number;
  readonly fetchTags: boolean;
  readonly persistCredentials: boolean;
  /** Below the folder of the job; null: `s`, or `s/NAME` where there are several. */
  readonly path: string | null;
}

export interface PublishStep extends AnyStep {
  readonly kind: 'publish';
  readonly task: 'PublishPipelineArtifact' | 'PublishBuildArtifacts';
  readonly path: string;
  /** Empty: the name of the job. */
  readonly artifact: string;
}

export interface DownloadStep extends AnyStep {
  readonly kind: 'download';
  /** Empty: all there are. */
  readonly artifact: string;
  readonly patterns: readonly string[];
  readonly path: string;
}
