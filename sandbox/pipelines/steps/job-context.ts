import type { CheckoutStep, Restrictions } from '../model/pipeline.ts';
import type { RunDeps, RunPlan } from '../runs/run-plan.ts';
import type { TimelineRecord } from '../runs/run-record.ts';
import type { Masker } from '../variables/masker.ts';
import type { VariableSet } from '../variables/variable-set.ts';
import type { CheckedOut } from './checked-out.ts';
import type { Result } from './result.ts';

/** What the steps of one job share. */
export interface JobContext {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly record: TimelineRecord;
  readonly dirs: JobDirs;
  readonly variables: VariableSet;
  readonly masker: Masker;
  /** What each checkout of the job checks out, and where to. */
  readonly checkouts: ReadonlyMap<CheckoutStep, CheckedOut>;
  /** What other jobs see: `outputs['step.name']`. */
  readonly outputs: Map<string, string>;
  /** Folders put before `PATH`, the newest first. */
  readonly path: string[];
  /** Process groups that steps left running. */
  readonly leftRunning: number[];
  /** All lines of all steps. */
  readonly lines: string[];
  status: Result;
  /** Aborted when the run is canceled, or the job has run too long. */
  readonly canceled: AbortSignal;
  /** Aborted when not even steps for this case may go on. */
  readonly stopped: AbortSignal;
}

/** The folders of one job, all of them its own. */
export interface JobDirs {
  readonly root: string;
  /** `Pipeline.Workspace` */
  readonly workspace: string;
  readonly sources: string;
  readonly staging: string;
  readonly binaries: string;
  readonly testResults: string;
  readonly temp: string;
  readonly tools: string;
  readonly home: string;
}

/** One step while it runs. */
export interface StepContext {
  readonly job: JobContext;
  readonly name: string;
  readonly record: TimelineRecord;
  readonly restrictions: Restrictions;
  /** Puts a line into the log, secrets masked, the time in front. */
  readonly write: (line: string) => void;
  /** What logging commands made of the result. */
  commandResult: Result | null;
}
