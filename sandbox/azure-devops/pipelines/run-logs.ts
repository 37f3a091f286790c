import type { Action } from '../../kit/action.ts';
import { agentTime } from '../../pipelines/runs/agent-time.ts';
import type { RunLog } from '../../pipelines/runs/run-record.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { respond } from '../respond.ts';
import { findVisibleRun } from '../runs/find-run.ts';
import { isExpanded, signedContent } from '../signed-content.ts';
import type { AzureDevops, AzureDevopsCall, Run } from '../state.ts';
import { VssError } from '../vss-error.ts';

const path = '/:org/:project/_apis/pipelines/:pipeline/runs/:run/logs';

export const listRunLogs: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Logs_List',
  async handle(call) {
    const caller = await enter(call);
    const run = findVisibleRun(call, caller);
    const { logs } = run.record;
    return respond(call, caller, {
      logs: logs.map((log) => logJson(call, run, log)),
      ...(isExpanded(call) && {
        signedContent: signedContent(call.state, () => text(logs.flatMap(({ lines }) => lines))),
      }),
      url: logsUrl(call, run),
    });
  },
};

export const getRunLog: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:log`,
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Logs_Get',
  async handle(call) {
    const caller = await enter(call);
    const run = findVisibleRun(call, caller);
    const log = run.record.logs.find(({ id }) => String(id) === call.params['log']);
    if (log) return respond(call, caller, logJson(call, run, log));
    const message = `The log ${call.params['log']} of run ${run.record.id} could not be found.`;
    const space = 'Microsoft.Azure.Pipelines.WebApi';
    throw new VssError(404, 'LogNotFoundException', message, space);
  },
};

function logJson(call: AzureDevopsCall, run: Run, log: RunLog) {
  return {
    createdOn: agentTime(log.createdAtMs),
    id: log.id,
    lastChangedOn: agentTime(log.changedAtMs),
    lineCount: log.lines.length,
    ...(isExpanded(call) && { signedContent: signedContent(call.state, () => text(log.lines)) }),
    url: `${logsUrl(call, run)}/${log.id}`,
  };
}

function logsUrl({ state }: AzureDevopsCall, { definition, record }: Run): string {
  return `${linksOf(state).run(definition.id, record.id)}/logs`;
}

function text(lines: readonly string[]): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return new Response(lines.map((line) => `${line}\r\n`).join(''), { headers });
}
