import type { Action, Call } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { pageOf } from '../page-of.ts';
import { type Repository, repositoryOf } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { workflowOf } from '../workflows/workflow.ts';
import { createdFilter } from './created-filter.ts';
import { phaseAt, type Run } from './run.ts';
import { runJson } from './run-json.ts';

export const listRuns: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/runs',
  source: 'docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository',
  handle: signedIn((call) => list(call, repositoryOf(call), () => true)),
};

export const listWorkflowRuns: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/workflows/:workflow/runs',
  source: 'docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow',
  handle: signedIn((call) => {
    const repository = repositoryOf(call);
    const { id } = workflowOf(repository, call);
    return list(call, repository, ({ workflow }) => workflow.id === id);
  }),
};

/** The newest first, without those that were started just now: the lists are behind. */
function list(
  call: Call<Github>,
  repository: Repository,
  isWanted: (run: Run) => boolean,
): Response {
  const nowMs = call.now();
  const fits = filterOf(call.url.searchParams, nowMs);
  const runs = [...call.state.runs.values()]
    .filter((run) => run.repository === repository && run.appearsMs <= nowMs)
    .filter((run) => isWanted(run) && fits(run))
    .toReversed();
  const { items, headers } = pageOf(call, runs);
  const workflow_runs = items.map((run) => runJson(run, nowMs));
  return Response.json({ total_count: runs.length, workflow_runs }, { headers });
}

/** `status` is a status or a conclusion. */
function filterOf(query: URLSearchParams, nowMs: number): (run: Run) => boolean {
  const created = query.get('created');
  const wasCreatedThen = created ? createdFilter(created) : () => true;
  const isEqual = (name: string, ...values: readonly string[]) => {
    const wanted = query.get(name);
    return !wanted || values.includes(wanted);
  };
  return (run) => {
    const phase = phaseAt(run, nowMs);
    const conclusions = phase.status === 'completed' ? [phase.conclusion] : [];
    return (
      isEqual('event', run.event) &&
      isEqual('branch', run.branch) &&
      isEqual('actor', run.user.login) &&
      isEqual('head_sha', run.sha) &&
      isEqual('status', phase.status, ...conclusions) &&
      wasCreatedThen(run.createdMs)
    );
  };
}
