import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { repositoryOf } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { runOf } from './run.ts';
import { runJson } from './run-json.ts';

export const getRun: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/runs/:run',
  source: 'docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run',
  handle: signedIn((call) => Response.json(runJson(runOf(call, repositoryOf(call)), call.now()))),
};
