import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { findDefinition } from '../definitions/find-definition.ts';
import { enter } from '../enter.ts';
import { requireQueueRights } from '../permissions/rights.ts';
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
    const definition = findDefinition(state, String(body.definition.id));
    const variables = Object.entries(parametersOf(body.parameters ?? '')).map(([name, value]) => ({
      name,
      value,
      secret: false,
      readonly: true,
    }));
    requireQueueRights(call, caller, definition, variables.length > 0);
    const run = await asBuild(
      startRun(state, {
        definition,
        reason: 'manual',
        requestedFor: caller,
        ref: body.sourceBranch ? fullName(body.sourceBranch) : null,
        version: body.sourceVersion || null,
        variables,
        templateParameters: body.templateParameters ?? {},
        stagesToSkip: [],
      }),
    );
    return respond(call, caller, buildJson(state, run));
  },
};

/**
 * What the Pipelines API says of a pipeline that cannot run, as the Build API says it.
 * Source: Azure/pipelines#95 for the message, BuildRequestValidationResult for the rest
 */
async function asBuild<T>(started: Promise<T>): Promise<T> {
  try {
    return await started;
  } catch (error) {
    if (!(error instanceof VssError) || error.typeKey !== 'PipelineValidationException')
      throw error;
    throw new VssError(
      400,
      'BuildRequestValidationFailedException',
      'Could not queue the build because there were validation errors or warnings.',
      'Microsoft.TeamFoundation.Build.WebApi',
      'Microsoft.TeamFoundation.Build2.WebApi',
      {
        ValidationResults: error.message
          .split('\n')
          .map((message) => ({ result: 'error', message })),
      },
    );
  }
}

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
