import type { Job, Stage } from '../model/pipeline.ts';
import { type JobInstance, plannedInstances } from './instances.ts';
import { addRecord, type RunRecord, type TimelineRecord } from './run-record.ts';

/** Where a job stands on the timeline. */
export interface JobPlace {
  readonly phase: TimelineRecord;
  /** One for each time that it runs, as far as that is known. */
  readonly jobs: readonly TimelineRecord[];
}

/** Where everything stands on the timeline of a run. */
export interface Places {
  readonly stages: ReadonlyMap<Stage, TimelineRecord>;
  readonly jobs: ReadonlyMap<Job, JobPlace>;
}

/** Puts stages and their jobs on the timeline before any of them runs. */
export function layOut(record: RunRecord, stages: readonly Stage[]): Places {
  const stageRecords = new Map<Stage, TimelineRecord>();
  const jobs = new Map<Job, JobPlace>();
  for (const [s, stage] of stages.entries()) {
    const { name, displayName } = stage;
    const of = addRecord(record, {
      parent: null,
      type: 'Stage',
      name: displayName,
      identifier: name,
      order: s + 1,
    });
    stageRecords.set(stage, of);
    for (const [j, job] of stage.jobs.entries()) {
      const identifier = `${name}.${job.name}`;
      const place = { name: job.displayName, order: j + 1 };
      const phase = addRecord(record, { ...place, parent: of, type: 'Phase', identifier });
      const instances = plannedInstances(job);
      jobs.set(job, {
        phase,
        jobs: instances.map((one, index) => placeInstance(record, phase, one, index)),
      });
    }
  }
  return { stages: stageRecords, jobs };
}

/** Puts one time that a job runs on the timeline. */
export function placeInstance(
  record: RunRecord,
  phase: TimelineRecord,
  { displayName, identifier }: JobInstance,
  index: number,
): TimelineRecord {
  return addRecord(record, {
    parent: phase,
    type: 'Job',
    name: displayName,
    identifier: `${phase.identifier ?? ''}.${identifier}`,
    order: index + 1,
  });
}
