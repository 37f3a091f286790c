import type { AzureDevopsClient } from '../../clients/azure-devops/azure-devops-client.ts';
import { getBuild } from '../../clients/azure-devops/get-build.ts';
import { getTimeline } from '../../clients/azure-devops/get-timeline.ts';
import { readLogEnd } from '../../clients/azure-devops/read-logs.ts';
import { errorOf, isJob, judgePipelineRun, judgeRecord } from '../../model/judge-pipeline-run.ts';
import type { Look, Remains } from './runner.ts';

interface Seen {
  readonly look: Look;
  /** What is known of each job, by the ids of their records. */
  readonly jobs: ReadonlyMap<string, SeenJob>;
}

export interface SeenJob {
  readonly buildId: string;
  /** What its steps complained of. */
  readonly error: string | null;
  /** The log of the step that failed. */
  readonly logId: number | null;
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
    jobs: new Map(
      jobs.map((job) => {
        const failed = records.find(
          ({ parentId, type, result }) =>
            parentId === job.id && type === 'Task' && result?.toLowerCase() === 'failed',
        );
        const error = errorOf(job, records);
        return [job.id, { buildId: id, error, logId: failed?.log?.id ?? null }];
      }),
    ),
  };
}

const LINE_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z /gm;
const LAST_LINES = 40;

/** What a job left behind: its complaints, and the last lines of the step that failed. */
export async function remainsOfJob(
  client: AzureDevopsClient,
  { buildId, error, logId }: SeenJob,
  signal: AbortSignal,
): Promise<Remains> {
  const log = logId === null ? '' : await readLogEnd(client, { buildId, logId }, signal);
  const lines = log.replaceAll(LINE_TIME, '').trimEnd().split(/\r?\n/);
  return { error, trace: log === '' ? null : lines.slice(-LAST_LINES).join('\n'), output: null };
}
