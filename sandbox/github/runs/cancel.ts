import type { Action } from '../../kit/action.ts';
import { mayWrite, signedIn } from '../authentication.ts';
import { GithubError } from '../github-error.ts';
import { repositoryOf } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { phaseAt, runOf } from './run.ts';

/** Until a runner has noticed. */
const NOTICED_AFTER_MS = 1000;

export const cancelRun: Action<Github> = {
  method: 'POST',
  path: '/repos/:owner/:repo/actions/runs/:run/cancel',
  source: 'docs.github.com/en/rest/actions/workflow-runs#cancel-a-workflow-run',
  handle: signedIn((call, user) => {
    const run = runOf(call, repositoryOf(call));
    mayWrite(user);
    if (phaseAt(run, call.now()).status === 'completed') {
      throw new GithubError(409, 'Cannot cancel a workflow run that is completed.');
    }
    run.cancelledMs ??= call.now() + NOTICED_AFTER_MS;
    return Response.json({}, { status: 202 });
  }),
};
