import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import { startRun } from '../runs/start-run.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { buildJson } from './build-json.ts';

/** Source: Build in specification/build/7.1 of vsts-rest-api-specs */
const BuildRequest = z.object({
  definition: z.object({ id: z.coerce.number() }),
  sourceBranch: z.string().nullish(),
  sourceVersion: z.string().nullish(),
  parameters: z.string().nullish(),
  templateParameters: z.record(z.string(), z.unknown()).nullish(),
});

export const queueBuild: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/build/builds',
  source: 'vsts-rest-api-specs, specification/build/7.1, Builds_Queue',
  async handle(call) {
    const { state } = call;
    const caller = await enter(call);
    const body = parsed(BuildRequest, await call.json());
    const definition = state.definitions.find(({ id }) => id === body.definition.id);
    if (!definition) {
      const message = `Build definition ${body.definition.id} not found.`;
      throw new VssError(
        404,
        'DefinitionNotFoundException',
        message,
        'Microsoft.TeamFoundation.Build.WebApi',
      );
    }
    const run = await startRun(state, {
      definition,
      reason: 'manual',
      requestedFor: caller,
      ref: body.sourceBranch ? fullName(body.sourceBranch) : null,
      version: body.sourceVersion || null,
      variables: Object.entries(parametersOf(body.parameters ?? '')).map(([name, value]) => ({
        name,
        value,
        secret: false,
        readonly: true,
      })),
      templateParameters: body.templateParameters ?? {},
      stagesToSkip: [],
    });
    return respond(call, caller, buildJson(state, run));
  },
};

function fullName(branch: string): string {
  return branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

const Parameters = z.record(z.string(), z.coerce.string());

/**
 * Variables in a text. `az pipelines run` sends them in single quotes, and the service takes it.
 * Source: azext_devops 0.26, as it was seen to send them
 */
function parametersOf(text: string): Readonly<Record<string, string>> {
  if (text.trim() === '') return {};
  for (const candidate of [text, text.replaceAll("'", '"')]) {
    try {
      return parsed(Parameters, JSON.parse(candidate));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw new VssError(400, 'VssPropertyValidationException', "Value of 'parameters' is not JSON.");
}
