import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { mayWrite, signedIn } from '../authentication.ts';
import { bodyOf } from '../body.ts';
import { unprocessable } from '../github-error.ts';
import { apiUrl, repositoryOf, webUrl } from '../repositories/repository.ts';
import { startRun } from '../runs/start-run.ts';
import type { Github } from '../state.ts';
import { checkedInputs } from './inputs.ts';
import { workflowOf } from './workflow.ts';

const CreateDispatch = z.strictObject({
  ref: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  return_run_details: z.boolean().default(false),
});

/** Starts a run: it is recorded, not executed. */
export const createWorkflowDispatch: Action<Github> = {
  method: 'POST',
  path: '/repos/:owner/:repo/actions/workflows/:workflow/dispatches',
  source:
    'docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event; ' +
    'github.blog/changelog/2026-02-19-workflow-dispatch-api-now-returns-run-ids; cli/cli issue 12672',
  handle: signedIn(async (call, user) => {
    const repository = repositoryOf(call);
    const workflow = workflowOf(repository, call);
    mayWrite(user);
    const order = await bodyOf(call, CreateDispatch);
    const branch = order.ref.replace(/^(?:refs\/)?heads\//u, '');
    if (!repository.branches.has(branch)) {
      throw unprocessable(`No ref found for: ${order.ref}`);
    }
    if (workflow.disabled) {
      throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
    }
    const inputs = checkedInputs(workflow, order.inputs);
    const run = startRun(call.state, {
      repository,
      workflow,
      user,
      branch,
      event: 'workflow_dispatch',
      title: workflow.name,
      said: { inputs },
    });
    if (!order.return_run_details) return new Response(null, { status: 204 });
    return Response.json({
      workflow_run_id: run.id,
      run_url: apiUrl(repository, `/actions/runs/${run.id}`),
      html_url: webUrl(repository, `/actions/runs/${run.id}`),
    });
  }),
};
