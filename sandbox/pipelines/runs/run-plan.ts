import type { Processes } from '../../git/processes.ts';
import type { ObjectValue } from '../expressions/value.ts';
import type { Pipeline, Stage } from '../model/pipeline.ts';
import type { Waits } from '../steps/run-process.ts';
import type { Variable } from '../variables/variable-set.ts';
import type { Agents } from './agents.ts';
import type { ForcedEnd } from './forced-end.ts';
import type { RunRecord, TimelineRecord } from './run-record.ts';

/** One run as it was asked for. */
export interface RunPlan {
  readonly record: RunRecord;
  readonly pipeline: Pipeline;
  /** Of the definition, and those given when the run was asked for. */
  readonly variables: readonly Variable[];
  /** What the server knows of the run: `Build.BuildId` and so on. */
  readonly predefined: readonly (readonly [string, string])[];
  readonly stagesToSkip: ReadonlySet<string>;
  /** null: it really runs. */
  readonly forced: ForcedEnd | null;
  /** By alias in lower case; the pipeline's own is `self`. */
  readonly sources: ReadonlyMap<string, RunSource>;
  /** `resources` of an expression. */
  readonly resources: ObjectValue;
  /** The token of the run itself, `System.AccessToken`. */
  readonly accessToken: string;
  readonly groupOf: (name: string) => readonly Variable[];
  /** The application of a service connection; null: there is none by this name. */
  readonly connectionOf: (name: string) => ServiceConnection | null;
  /** Where a job gets a token by which it shows others who it is. */
  readonly oidcRequestUri: (jobId: string) => string;
  /** The next number of `counter(prefix, seed)`. */
  readonly count: (prefix: string, seed: number) => number;
  /** When a stage may use what it names; null: now. */
  readonly gate: (stage: Stage) => Promise<void> | null;
  /** Told of every change that others may want to know of. */
  readonly observe: (change: RunChange) => void;
}

/** Who a job is towards Azure, by a service connection. */
export interface ServiceConnection {
  readonly id: string;
  readonly clientId: string;
  readonly tenant: string;
  readonly credential:
    | { readonly kind: 'secret'; readonly secret: string }
    /** A token of Azure Pipelines, good for minutes. */
    | { readonly kind: 'token'; readonly token: () => Promise<string> };
}

/** What happened to a run, or to a part of it. */
export type RunChange =
  | { readonly kind: 'run'; readonly state: 'inProgress' | 'canceling' | 'completed' }
  | {
      readonly kind: 'stage';
      readonly record: TimelineRecord;
      readonly state: 'waiting' | 'running' | 'completed';
    }
  | {
      readonly kind: 'job';
      readonly record: TimelineRecord;
      readonly state: 'waiting' | 'running' | 'completed';
    };

/** What a job checks out. */
export interface RunSource {
  /** The bare repository on this machine. */
  readonly dir: string;
  readonly name: string;
  /** Under which git finds it: `https://dev.azure.com/contoso/MLFlowHooks/_git/wine-quality`. */
  readonly remoteUrl: string;
  readonly commit: string;
  /** `main` */
  readonly branch: string;
}

/** What runs are made with. */
export interface RunDeps {
  readonly processes: Processes;
  readonly agents: Agents;
  readonly now: () => number;
  readonly workDir: string;
  /** `PATH` of the steps. */
  readonly path: string;
  /** What a child process needs to reach the emulated hosts. */
  readonly childEnvironment: () => Readonly<Record<string, string>>;
  readonly waits: Waits;
}
