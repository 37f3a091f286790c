import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { pageOf } from '../page-of.ts';
import { repositoryOf } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { workflowJson } from './workflow.ts';

export const listWorkflows: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/workflows',
  source: 'docs.github.com/en/rest/actions/workflows#list-repository-workflows',
  handle: signedIn((call) => {
    const repository = repositoryOf(call);
    const { items, headers } = pageOf(call, repository.workflows);
    const workflows = items.map((workflow) => workflowJson(repository, workflow));
    return Response.json({ total_count: repository.workflows.length, workflows }, { headers });
  }),
};
