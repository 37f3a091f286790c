import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { fullDefinitionJson } from './definition-json.ts';

export const getDefinition: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/definitions/:definition',
  source: 'vsts-rest-api-specs, specification/build/7.1, Definitions_Get',
  async handle(call) {
    const caller = await enter(call);
    const asked = call.params['definition'];
    const definition = call.state.definitions.find(({ id }) => String(id) === asked);
    if (!definition) {
      const message = `Build definition ${asked} not found.`;
      throw new VssError(
        404,
        'DefinitionNotFoundException',
        message,
        'Microsoft.TeamFoundation.Build.WebApi',
      );
    }
    return respond(call, caller, fullDefinitionJson(call.state, definition));
  },
};
