import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findRepository, repositoryJson } from './repository-json.ts';

export const getRepository: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/git/repositories/:repo',
  source: 'vsts-rest-api-specs, specification/git/7.1, Repositories_Get',
  async handle(call) {
    const caller = await enter(call);
    requireGitRight(call, caller, 'GenericRead');
    const hosted = findRepository(call.state, call.params['repo']);
    return respond(call, caller, repositoryJson(call.state, hosted));
  },
};
