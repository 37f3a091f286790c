import type { Stage } from '../model/pipeline.ts';
import type { Places } from './lay-out.ts';
import type { JobOutcome, StageOutcome } from './outcome.ts';
import type { RunRecord, TimelineRecord } from './run-record.ts';

/** Whether a stage has ended in a way after which it can be run again. */
export function canRetry(stage: TimelineRecord | undefined, allJobs: boolean): boolean {
  if (stage?.state !== 'completed') return false;
  const hasFailed = ['Failed', 'Canceled', 'Abandoned'].includes(stage.result ?? '');
  return hasFailed || (allJobs && stage.result !== 'Skipped');
}

/** The jobs of a stage that went well, and are not run again with the others. */
export function keptJobs(
  { name, jobs }: Stage,
  outcomes: ReadonlyMap<string, StageOutcome>,
): ReadonlyMap<string, JobOutcome> {
  const ended = outcomes.get(name.toLowerCase())?.jobs;
  return new Map(
    jobs.flatMap((job) => {
      const outcome = ended?.get(job.name);
      const isGood = outcome?.result === 'Succeeded' || outcome?.result === 'SucceededWithIssues';
      return outcome && isGood ? [[job.name.toLowerCase(), outcome] as const] : [];
    }),
  );
}

/** The stages that depend on these, or on others that do. */
export function dependentsOf(of: readonly Stage[], all: readonly Stage[]): readonly Stage[] {
  const names = new Set(of.map(({ name }) => name.toLowerCase()));
  const found: Stage[] = [];
  // Stages may stand in any order: it is looked until there are no more.
  for (let size = -1; size !== found.length; ) {
    size = found.length;
    for (const stage of all) {
      const depends = stage.dependsOn.some((name) => names.has(name.toLowerCase()));
      if (!depends || names.has(stage.name.toLowerCase())) continue;
      names.add(stage.name.toLowerCase());
      found.push(stage);
    }
  }
  return found;
}

/** Puts a stage back to before it ran, and remembers how it ended: the next attempt is another. */
export function resetStage(
  run: RunRecord,
  { stages, jobs }: Places,
  stage: Stage,
  kept: ReadonlyMap<string, JobOutcome>,
): void {
  const again = stage.jobs
    .filter((job) => !kept.has(job.name.toLowerCase()))
    .flatMap((job) => jobs.get(job) ?? []);
  const placed = [stages.get(stage), ...again.flatMap(({ phase, jobs: all }) => [phase, ...all])];
  const records = placed.filter((record) => record !== undefined);
  retireBelow(run, new Set(records));
  for (const record of records) reset(run, record);
  run.changeId += 1;
}

/** Takes what these records have below them off the timeline, but for one another. */
function retireBelow(run: RunRecord, records: ReadonlySet<TimelineRecord>): void {
  const gone = new Set(Array.from(records, ({ id }) => id));
  const stay: TimelineRecord[] = [];
  // What is below stands behind what it is below of.
  for (const one of run.records) {
    const isBelow = one.parentId !== null && gone.has(one.parentId) && !records.has(one);
    const isKept = one.type === 'Phase';
    if (isBelow && !isKept) {
      gone.add(one.id);
      run.retired.push(one);
    } else stay.push(one);
  }
  run.records.splice(0, run.records.length, ...stay);
}

function reset(run: RunRecord, record: TimelineRecord): void {
  run.retired.push({ ...record, issues: [...record.issues] });
  Object.assign(record, {
    state: 'pending',
    result: null,
    startedAtMs: null,
    finishedAtMs: null,
    workerName: null,
    logId: null,
    errorCount: 0,
    warningCount: 0,
    attempt: record.attempt + 1,
  });
  record.issues.length = 0;
}
