import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { standardHeaders } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findDefinition } from './find-definition.ts';

/** Its runs go with it. */
export const deleteDefinition: Action<AzureDevops> = {
  method: 'DELETE',
  path: '/:org/:project/_apis/build/definitions/:definition',
  source:
    'test_pipeline_create_and_variables_test of Azure/azure-devops-cli-extension, a recording',
  async handle(call) {
    const { definitions } = call.state;
    const caller = await enter(call);
    const definition = findDefinition(call.state, call.params['definition']);
    requireBuildRight(call, caller, 'DeleteBuildDefinition', definition);
    definitions.splice(definitions.indexOf(definition), 1);
    for (const run of call.state.runs) {
      if (run.definition === definition) run.running?.cancel();
    }
    return new Response(null, { status: 204, headers: standardHeaders(caller) });
  },
};
