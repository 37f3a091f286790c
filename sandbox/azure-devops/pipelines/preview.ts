import { stringify } from 'yaml';

import type { Action } from '../../kit/action.ts';
import { canonical } from '../../pipelines/canonical.ts';
import { plain } from '../../pipelines/expressions/json-text.ts';
import { fromJson, toValue } from '../../pipelines/yaml/values.ts';
import { enter } from '../enter.ts';
import type { Identity } from '../identity.ts';
import { respond } from '../respond.ts';
import { findVisiblePipeline } from '../runs/find-run.ts';
import { load } from '../runs/load.ts';
import { queueVariables } from '../runs/queue-variables.ts';
import { serverVariables } from '../runs/server-variables.ts';
import { knownAtFirst, prepare } from '../runs/start-run.ts';
import type { AzureDevops, Definition } from '../state.ts';
import { parsed, RunPipelineParameters, runRequestOf } from './run-parameters.ts';

export const previewPipeline: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/pipelines/:pipeline/preview',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Preview_Preview',
  async handle(call) {
    const caller = await enter(call);
    const definition = findVisiblePipeline(call, caller);
    const body = parsed(RunPipelineParameters, await call.json());
    return respond(call, caller, await previewOf(call.state, definition, caller, body));
  },
};

/**
 * The file of a pipeline with everything in it worked out, and no run.
 * @throws {VssError} it could not run
 */
export async function previewOf(
  state: AzureDevops,
  definition: Definition,
  requestedFor: Identity,
  body: RunPipelineParameters,
): Promise<{ readonly finalYaml: string }> {
  const asked = runRequestOf(body);
  const prepared = await prepare({ definition, reason: 'manual', requestedFor, ...asked });
  const variables = queueVariables(state, definition, asked.variables);
  const { tree } = await load(state, {
    prepared,
    parameters: new Map(
      Object.entries(asked.templateParameters).map(([name, json]) => [name, fromJson(json)]),
    ),
    variables: knownAtFirst(variables, serverVariables(state, prepared)),
    override: body.yamlOverride || undefined,
  });
  return { finalYaml: stringify(plain(toValue(canonical(tree)))) };
}
