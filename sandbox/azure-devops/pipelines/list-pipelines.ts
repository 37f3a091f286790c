import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { maySee } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { pipelineJson } from './pipeline-json.ts';

export const listPipelines: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/pipelines',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Pipelines_List',
  async handle(call) {
    const caller = await enter(call);
    const top = Number(call.url.searchParams.get('$top') ?? '10000');
    const visible = maySee(call.state, caller, 'pipelines') ? call.state.definitions : [];
    const found = visible.map((definition) => pipelineJson(call.state, definition));
    return respond(call, caller, listed(found.slice(0, top)));
  },
};
