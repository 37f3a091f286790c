import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { fullDefinitionJson } from './definition-json.ts';
import { findDefinition } from './find-definition.ts';

export const getDefinition: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/definitions/:definition',
  source: 'vsts-rest-api-specs, specification/build/7.1, Definitions_Get',
  async handle(call) {
    const caller = await enter(call);
    const definition = findDefinition(call.state, call.params['definition']);
    requireBuildRight(call, caller, 'ViewBuildDefinition', definition);
    return respond(call, caller, fullDefinitionJson(call.state, definition));
  },
};
