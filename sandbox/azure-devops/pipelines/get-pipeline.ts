import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import { findVisiblePipeline } from '../runs/find-run.ts';
import type { AzureDevops, Definition } from '../state.ts';
import { pipelineJson } from './pipeline-json.ts';

export const getPipeline: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/pipelines/:pipeline',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Pipelines_Get',
  async handle(call) {
    const caller = await enter(call);
    const definition = findVisiblePipeline(call, caller);
    return respond(call, caller, fullPipelineJson(call.state, definition));
  },
};

/** A pipeline as it is asked for alone. */
export function fullPipelineJson(state: AzureDevops, definition: Definition) {
  return {
    ...pipelineJson(state, definition),
    configuration: {
      path: definition.path.slice(1),
      repository: { id: definition.hosted.id, type: 'azureReposGit' },
      type: 'yaml',
    },
  };
}
