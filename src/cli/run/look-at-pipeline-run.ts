import type { AzureDevopsClient } from '../../clients/azure-devops/azure-devops-client.ts';
import { getBuild } from '../../clients/azure-devops/get-build.ts';
import { getTimeline } from '../../clients/azure-devops/get-timeline.ts';
import { errorOf, isJob, judgePipelineRun, judgeRecord } from '../../model/judge-pipeline-run.ts';
import type { Look } from './runner.ts';

interface Seen {
  readonly look: Look;
  /** What failed jobs said, by the ids of their records. */
  readonly errors: ReadonlyMap<string, string | null>;
}

/** A run of a pipeline, as it is now; its tasks are its jobs. */
export async function lookAtPipelineRun(
  client: AzureDevopsClient,
  id: string,
  signal: AbortSignal,
): Promise<Seen> {
  // In this order: the timeline of a build that has ended is complete.
  const build = await getBuild(client, id, signal);
  const records = await getTimeline(client, id, signal);
  const jobs = records.filter(isJob);
  return {
    look: {
      id,
      url: build._links.web.href,
      name: `${build.definition.name} ${build.buildNumber}`.trim(),
      state: judgePipelineRun({ status: build.status, result: build.result, records }),
      actor: build.requestedFor?.displayName ?? null,
      commit: build.sourceVersion ?? null,
      startedAtMs: build.startTime,
      endedAtMs: build.finishTime,
      tasks: jobs.map((job) => ({
        id: job.id,
        url: build._links.web.href,
        name: job.name,
        attempt: job.attempt,
        state: judgeRecord(job),
        startedAtMs: job.startTime,
        endedAtMs: job.finishTime,
      })),
    },
    errors: new Map(jobs.map((job) => [job.id, errorOf(job, records)])),
  };
}
