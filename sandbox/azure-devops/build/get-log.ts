import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond, standardHeaders } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';

/** Text, unless JSON is asked for; `startLine` and `endLine` count from 0, both included. */
export const getLog: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/builds/:build/logs/:log',
  source: 'vsts-rest-api-specs, specification/build/7.1, Builds_GetBuildLog',
  async handle(call) {
    const caller = await enter(call);
    const { record } = findVisibleBuild(call, caller);
    const log = record.logs.find(({ id }) => String(id) === call.params['log']);
    if (!log) {
      const message = `The log ${call.params['log']} of build ${record.id} could not be found.`;
      throw new VssError(404, 'BuildLogNotFoundException', message);
    }
    const query = call.url.searchParams;
    const from = Number(query.get('startLine') ?? 0);
    const to = Number(query.get('endLine') ?? log.lines.length);
    const lines = log.lines.slice(from, to + 1);
    if ((call.request.headers.get('accept') ?? '').includes('application/json')) {
      return respond(call, caller, listed(lines));
    }
    const headers = { ...standardHeaders(caller), 'content-type': 'text/plain; charset=utf-8' };
    return new Response(lines.map((line) => `${line}\r\n`).join(''), { headers });
  },
};
