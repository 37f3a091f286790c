import { isoTime, nodeId } from '../iso-time.ts';
import { apiUrl, webUrl } from '../repositories/repository.ts';
import { type Phase, phaseAt, type Run } from '../runs/run.ts';

/** What the steps of every job are called: a person who looks shall not believe that it ran. */
const STEPS = ['Set up job', 'Recorded by the sandbox, not executed', 'Complete job'];

/** Source: docs.github.com/en/rest/actions/workflow-jobs, `job`. */
export function jobJson(run: Run, job: Run['jobs'][number], nowMs: number) {
  const { repository } = run;
  const phase = phaseAt(run, nowMs);
  const hasStarted = nowMs >= run.startsMs;
  const conclusion = phase.status === 'completed' ? conclusionOf(run, job, phase) : null;
  const times = {
    started_at: isoTime(hasStarted ? run.startsMs : run.createdMs),
    completed_at: phase.status === 'completed' ? isoTime(phase.endedMs) : null,
  };
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.branch,
    run_url: apiUrl(repository, `/actions/runs/${run.id}`),
    run_attempt: 1,
    node_id: nodeId('CR_', job.id),
    head_sha: run.sha,
    url: apiUrl(repository, `/actions/jobs/${job.id}`),
    html_url: webUrl(repository, `/actions/runs/${run.id}/job/${job.id}`),
    status: phase.status,
    conclusion,
    created_at: isoTime(run.createdMs),
    ...times,
    name: job.name,
    steps: hasStarted
      ? STEPS.map((name, index) => ({
          name,
          status: phase.status,
          conclusion,
          number: index + 1,
          ...times,
        }))
      : [],
    check_run_url: apiUrl(repository, `/check-runs/${job.id}`),
    labels: ['ubuntu-latest'],
    runner_id: hasStarted ? 1 : null,
    runner_name: hasStarted ? 'Signalbox sandbox' : null,
    runner_group_id: hasStarted ? 1 : null,
    runner_group_name: hasStarted ? 'GitHub Actions' : null,
  };
}

/** A run that does not succeed ends so because of its last job, except where all jobs do. */
export function conclusionOf(
  run: Run,
  job: Run['jobs'][number],
  { conclusion }: Extract<Phase, { status: 'completed' }>,
): string {
  const isOfAll = conclusion === 'cancelled' || conclusion === 'skipped';
  return isOfAll || job === run.jobs.at(-1) ? conclusion : 'success';
}
