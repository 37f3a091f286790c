import type { Observation, RunState } from '../../model/outcome.ts';

/** What one sub-command starts: it knows the system, and nothing of waiting, printing or verdicts. */
export interface Runner {
  readonly kind: 'job' | 'notebook' | 'pipeline';
  readonly system: 'databricks' | 'azure-pipelines';
  /** For people: `job 42`. */
  readonly what: string;
  /** How long a start that went unanswered may take to show; 0: asking again is safe at once. */
  readonly settleMs: number;

  /** Looks up and checks beforehand what can be, and starts nothing. */
  prepare(key: string, signal: AbortSignal): Promise<void>;

  /** The runs of the same that have not ended. */
  existing(signal: AbortSignal): Promise<readonly StartedRun[]>;

  /**
   * Starts it under this key, or finds the run that has it.
   *
   * @throws {UncertainError} it may have started: the same again
   */
  start(start: Start, signal: AbortSignal): Promise<StartedRun>;

  look(id: string, signal: AbortSignal): Promise<Look>;

  /** Asks it to stop. */
  cancel(id: string, signal: AbortSignal): Promise<void>;

  /** What an attempt at a task left behind, once it has ended. */
  remains(task: TaskLook, signal: AbortSignal): Promise<Remains>;

  /** What a person can do about this end; null: nobody knows. */
  advise(look: Look): string | null;

  /** What has to be there beside a green run; null: nothing. */
  readonly required: Required | null;
}

interface Required {
  /** How long it may lag behind the run, in milliseconds. */
  readonly waitMs: number;

  /** The runs that belong to the start, as they stand now. */
  collect(look: Look, signal: AbortSignal): Promise<readonly Observation[]>;
}

export interface Start {
  /** 52 characters of `a-z2-7`, the same for every try of one attempt. */
  readonly key: string;
  /** No run that has the key is older. */
  readonly intendedAtMs: number;
  /** The key was given from outside: another process may have started its run. */
  readonly isKeyGiven: boolean;
  /** An earlier try went unanswered: its run may be there. */
  readonly mayExist: boolean;
}

export interface StartedRun {
  readonly id: string;
  /** Null where only a look tells. */
  readonly url: string | null;
}

/** A run, seen once. */
export interface Look extends StartedRun {
  readonly name: string;
  readonly state: RunState;
  /** Who it runs as. */
  readonly actor: string | null;
  readonly commit: string | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** The last attempt of each. */
  readonly tasks: readonly TaskLook[];
}

export interface TaskLook extends StartedRun {
  readonly name: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly state: RunState;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface Remains {
  /** The line of the exception. */
  readonly error: string | null;
  readonly trace: string | null;
  /** What it gave back, or printed, as far as the API says. */
  readonly output: string | null;
}
