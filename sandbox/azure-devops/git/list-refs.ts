import type { Action } from '../../kit/action.ts';
import { buildService } from '../authenticate.ts';
import { enter } from '../enter.ts';
import { identityRef } from '../identity.ts';
import { linksOf } from '../links.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findRepository } from './repository-json.ts';

/** `filter` is the beginning of a name, without `refs/`. */
export const listRefs: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/git/repositories/:repo/refs',
  source: 'vsts-rest-api-specs, specification/git/7.1, Refs_List',
  async handle(call) {
    const caller = await enter(call);
    requireGitRight(call, caller, 'GenericRead');
    const { state } = call;
    const { id, repository } = findRepository(state, call.params['repo']);
    const start = `refs/${call.url.searchParams.get('filter') ?? ''}`;
    const part = call.url.searchParams.get('filterContains') ?? '';
    const refs = [...(await repository.refs())]
      .filter(([name]) => name.startsWith(start) && name.includes(part))
      .map(([name, objectId]) => ({
        name,
        objectId,
        creator: identityRef(buildService(state), state.organization),
        url: `${linksOf(state).repository(id)}/refs?filter=${encodeURIComponent(name.slice('refs/'.length))}`,
      }));
    return respond(call, caller, listed(refs));
  },
};
