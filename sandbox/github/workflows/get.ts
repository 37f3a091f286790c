import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { repositoryOf } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { workflowJson, workflowOf } from './workflow.ts';

export const getWorkflow: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/workflows/:workflow',
  source: 'docs.github.com/en/rest/actions/workflows#get-a-workflow',
  handle: signedIn((call) => {
    const repository = repositoryOf(call);
    return Response.json(workflowJson(repository, workflowOf(repository, call)));
  }),
};
