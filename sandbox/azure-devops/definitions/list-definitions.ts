import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { maySee } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { definitionJson } from './definition-json.ts';
import { matchesName } from './matches-name.ts';

export const listDefinitions: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/definitions',
  source: 'vsts-rest-api-specs, specification/build/7.1, Definitions_List',
  async handle(call) {
    const caller = await enter(call);
    const name = call.url.searchParams.get('name');
    const visible = maySee(call.state, caller, 'pipelines') ? call.state.definitions : [];
    const found = visible.filter((one) => matchesName(one.name, name));
    const top = Number(call.url.searchParams.get('$top') ?? found.length);
    const shown = found.slice(0, top).map((one) => definitionJson(call.state, one));
    return respond(call, caller, listed(shown));
  },
};
