import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { repositoryJson } from './repository-json.ts';

export const listRepositories: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/git/repositories',
  source: 'vsts-rest-api-specs, specification/git/7.1, Repositories_List',
  async handle(call) {
    const caller = await enter(call);
    const { repositories } = call.state;
    const shown = repositories.map((hosted) => repositoryJson(call.state, hosted));
    return respond(call, caller, listed(shown));
  },
};
