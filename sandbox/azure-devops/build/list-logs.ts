import type { Action } from '../../kit/action.ts';
import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { listed, respond } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';

export const listLogs: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/builds/:build/logs',
  source: 'vsts-rest-api-specs, specification/build/7.1, Builds_GetBuildLogs',
  async handle(call) {
    const caller = await enter(call);
    const { record } = findVisibleBuild(call, caller);
    const logs = record.logs.map((log) => ({
      lineCount: log.lines.length,
      createdOn: agentTime(log.createdAtMs),
      lastChangedOn: agentTime(log.changedAtMs),
      id: log.id,
      type: 'Container',
      url: linksOf(call.state).log(record.id, log.id),
    }));
    return respond(call, caller, listed(logs));
  },
};
