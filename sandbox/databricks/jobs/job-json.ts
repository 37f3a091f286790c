import type { Job } from './job.ts';
import { asTold } from './single-task.ts';

/** A job as get and list show it; the Terraform provider takes one without a creator for missing. */
export function jobJson(
  { jobId, creator, runAs, createdMs, settings }: Job,
  version: string | undefined,
) {
  return {
    job_id: jobId,
    creator_user_name: creator.name,
    run_as_user_name: runAs.name,
    created_time: createdMs,
    settings: asTold(settings, version),
  };
}
