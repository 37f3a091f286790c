import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { addDefinition } from './add-definition.ts';
import { fullDefinitionJson } from './definition-json.ts';
import { DefinitionBody, readDefinition } from './read-definition.ts';

export const createDefinition: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/build/definitions',
  source:
    'test_pipeline_create_and_variables_test of Azure/azure-devops-cli-extension, a recording',
  async handle(call) {
    const caller = await enter(call);
    requireBuildRight(call, caller, 'CreateBuildDefinition');
    requireBuildRight(call, caller, 'EditBuildDefinition');
    const said = readDefinition(call.state, parsed(DefinitionBody, await call.json()), null);
    const definition = addDefinition(call.state, said);
    return respond(call, caller, fullDefinitionJson(call.state, definition));
  },
};
