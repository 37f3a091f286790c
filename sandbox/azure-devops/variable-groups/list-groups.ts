import type { Action } from '../../kit/action.ts';
import { matchesName } from '../definitions/matches-name.ts';
import { enter } from '../enter.ts';
import { maySee } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { groupJson } from './group-json.ts';

export const listGroups: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/distributedtask/variablegroups',
  source: 'vsts-rest-api-specs, specification/distributedTask/7.1, Variablegroups_Get',
  async handle(call) {
    const caller = await enter(call);
    const name = call.url.searchParams.get('groupName');
    const visible = maySee(call.state, caller, 'library') ? call.state.groups : [];
    const ids = call.url.searchParams.get('groupIds')?.split(',');
    const found = visible
      .filter((group) => matchesName(group.name, name))
      .filter(({ id }) => !ids || ids.includes(String(id)));
    return respond(call, caller, listed(found.map((group) => groupJson(call.state, group))));
  },
};
