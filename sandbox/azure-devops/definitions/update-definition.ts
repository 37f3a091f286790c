import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops, Definition } from '../state.ts';
import { buildError } from '../vss-error.ts';
import { fullDefinitionJson } from './definition-json.ts';
import { findDefinition } from './find-definition.ts';
import { DefinitionBody, readDefinition } from './read-definition.ts';

/** Replaces a definition, by somebody who knows its newest revision. */
export const updateDefinition: Action<AzureDevops> = {
  method: 'PUT',
  path: '/:org/:project/_apis/build/definitions/:definition',
  source:
    'test_pipeline_create_and_variables_test of Azure/azure-devops-cli-extension, a recording',
  async handle(call) {
    const caller = await enter(call);
    const definition = findDefinition(call.state, call.params['definition']);
    requireBuildRight(call, caller, 'EditBuildDefinition', definition);
    const body = parsed(DefinitionBody, await call.json());
    checkRevision(definition, body);
    const said = readDefinition(call.state, body, definition);
    // Runs keep the definition that they were started from, by its id.
    Object.assign(definition, said, { revision: definition.revision + 1 });
    return respond(call, caller, fullDefinitionJson(call.state, definition));
  },
};

/** Source: MicrosoftDocs/vsts-rest-api-specs#356 for the first two; the words of the last are not verified */
function checkRevision({ id, revision }: Definition, body: DefinitionBody): void {
  const given = body.id ?? 0;
  if (given !== id) {
    const message = `The request specifies pipeline ID ${id} but the supplied pipeline has ID ${given}.`;
    throw buildError(400, 'RequestContentException', message);
  }
  const known = body.revision ?? 0;
  if (known > revision) {
    throw buildError(404, 'DefinitionNotFoundException', `Build pipeline ${id} was not found.`);
  }
  if (known < revision) {
    const message = `Build pipeline ${id} was changed by somebody else: its revision is ${revision}, and not ${known}.`;
    throw buildError(409, 'DefinitionRevisionConflictException', message);
  }
}
