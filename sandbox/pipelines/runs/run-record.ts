import { randomUUID } from 'node:crypto';

import type { Result } from '../steps/result.ts';

/** What is known of a run while it goes on and afterwards. Written by the run, read by the API. */
export interface RunRecord {
  readonly id: number;
  /** The run number, `20260822.4`: a step may change it. */
  number: string;
  status: 'notStarted' | 'inProgress' | 'cancelling' | 'completed';
  result: 'succeeded' | 'partiallySucceeded' | 'failed' | 'canceled' | null;
  readonly queuedAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  changedAtMs: number;
  /** Counts up with every change of the timeline. */
  changeId: number;
  readonly planId: string;
  readonly records: TimelineRecord[];
  /** Of attempts that were not the last. */
  readonly retired: TimelineRecord[];
  /** Log 1 is the first. */
  readonly logs: RunLog[];
  readonly tags: string[];
  readonly artifacts: Artifact[];
  readonly summaries: { readonly name: string; readonly text: string }[];
  /** Why there is nothing to run, or what makes no difference. */
  readonly validation: readonly {
    readonly result: 'error' | 'warning';
    readonly message: string;
  }[];
}

/** Files that a run keeps under a name. */
export interface Artifact {
  readonly id: number;
  readonly name: string;
  /** The job that published it. */
  readonly source: string;
  readonly type: 'PipelineArtifact' | 'Container' | 'FilePath' | 'VersionControl' | 'GitRef';
  /** Where it is said to be; of what the sandbox keeps, an address of its own. */
  readonly data: string;
  /** The folder of this machine that holds it; null: it is elsewhere. */
  readonly dir: string | null;
  /** How many bytes it has. */
  size: number;
}

export interface TimelineRecord {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: 'Stage' | 'Checkpoint' | 'Checkpoint.Authorization' | 'Phase' | 'Job' | 'Task';
  name: string;
  readonly identifier: string | null;
  readonly order: number;
  /** Counts from 1. */
  attempt: number;
  state: 'pending' | 'inProgress' | 'completed';
  result: Result | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  currentOperation: string | null;
  percentComplete: number | null;
  workerName: string | null;
  logId: number | null;
  readonly issues: Issue[];
  errorCount: number;
  warningCount: number;
  readonly task: { readonly id: string; readonly name: string; readonly version: string } | null;
}

export interface Issue {
  readonly type: 'error' | 'warning';
  readonly message: string;
  readonly data: Readonly<Record<string, string>>;
}

export interface RunLog {
  readonly id: number;
  readonly createdAtMs: number;
  changedAtMs: number;
  /** Each with its time in front. */
  readonly lines: string[];
}

interface Place {
  readonly parent: TimelineRecord | null;
  readonly type: TimelineRecord['type'];
  readonly name: string;
  readonly identifier: string | null;
  readonly order: number;
  readonly task?: TimelineRecord['task'];
}

/** Puts a record that waits on the timeline of a run. */
export function addRecord(run: RunRecord, place: Place): TimelineRecord {
  const { parent, type, name, identifier, order, task = null } = place;
  const record: TimelineRecord = {
    id: randomUUID(),
    parentId: parent?.id ?? null,
    type,
    name,
    identifier,
    order,
    attempt: 1,
    state: 'pending',
    result: null,
    startedAtMs: null,
    finishedAtMs: null,
    currentOperation: null,
    percentComplete: null,
    workerName: null,
    logId: null,
    issues: [],
    errorCount: 0,
    warningCount: 0,
    task,
  };
  run.records.push(record);
  return record;
}

/** Puts an artifact on a run. */
export function addArtifact(run: RunRecord, artifact: Omit<Artifact, 'id' | 'size'>): Artifact {
  const added = { ...artifact, id: run.artifacts.length + 1, size: 0 };
  run.artifacts.push(added);
  return added;
}

/** Puts a log that is still empty on a run. */
export function addLog(run: RunRecord, nowMs: number): RunLog {
  const log = { id: run.logs.length + 1, createdAtMs: nowMs, changedAtMs: nowMs, lines: [] };
  run.logs.push(log);
  return log;
}

/** Source: TaskCommandExtension.cs and ExecutionContext.cs of the agent, `_maxIssueCount` */
const maxIssues = 10;

/** Counts an error or warning, and keeps the first ten of each kind. */
export function addIssue(record: TimelineRecord, issue: Issue): void {
  const kept = record.issues.filter(({ type }) => type === issue.type).length;
  if (kept < maxIssues) record.issues.push(issue);
  if (issue.type === 'error') record.errorCount += 1;
  else record.warningCount += 1;
}
