import type { Action } from '../../kit/action.ts';
import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { respond } from '../respond.ts';
import { findRun } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';

export const listRunLogs: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/pipelines/:pipeline/runs/:run/logs',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Logs_List',
  async handle(call) {
    const caller = await enter(call);
    const run = findRun(call.state, call.params['pipeline'], call.params['run']);
    const url = `${linksOf(call.state).run(run.definition.id, run.record.id)}/logs`;
    const logs = run.record.logs.map((log) => ({
      createdOn: agentTime(log.createdAtMs),
      id: log.id,
      lastChangedOn: agentTime(log.changedAtMs),
      lineCount: log.lines.length,
      url: `${url}/${log.id}`,
    }));
    return respond(call, caller, { logs, url });
  },
};
