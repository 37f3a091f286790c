import { isoTime, nodeId } from '../iso-time.ts';
import { apiUrl, repositoryJson, webUrl } from '../repositories/repository.ts';
import { userJson } from '../user-json.ts';
import { phaseAt, type Run } from './run.ts';

/** Source: docs.github.com/en/rest/actions/workflow-runs, `workflow-run`. */
export function runJson(run: Run, nowMs: number) {
  const { id, repository, workflow } = run;
  const phase = phaseAt(run, nowMs);
  const url = apiUrl(repository, `/actions/runs/${id}`);
  const shortRepository = repositoryJson(repository);
  const actor = userJson(run.user);
  return {
    id,
    name: workflow.name,
    node_id: nodeId('WFR_', id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: workflow.path,
    display_title: run.title,
    run_number: run.number,
    event: run.event,
    status: phase.status,
    conclusion: phase.status === 'completed' ? phase.conclusion : null,
    workflow_id: workflow.id,
    check_suite_id: id + 1,
    check_suite_node_id: nodeId('CS_', id + 1),
    url,
    html_url: webUrl(repository, `/actions/runs/${id}`),
    pull_requests: [],
    created_at: isoTime(run.createdMs),
    updated_at: isoTime(updatedMs(run, nowMs)),
    actor,
    run_attempt: 1,
    referenced_workflows: [],
    run_started_at: isoTime(run.createdMs),
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: apiUrl(repository, `/check-suites/${id + 1}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: apiUrl(repository, `/actions/workflows/${workflow.id}`),
    head_commit: {
      id: run.sha,
      tree_id: run.sha,
      message: 'A commit of the sandbox',
      timestamp: isoTime(run.createdMs),
      author: { name: run.user.login, email: `${run.user.login}@users.noreply.github.com` },
      committer: { name: 'GitHub', email: 'noreply@github.com' },
    },
    repository: shortRepository,
    head_repository: shortRepository,
  };
}

function updatedMs(run: Run, nowMs: number): number {
  const phase = phaseAt(run, nowMs);
  if (phase.status === 'completed') return phase.endedMs;
  return phase.status === 'in_progress' ? run.startsMs : run.createdMs;
}
