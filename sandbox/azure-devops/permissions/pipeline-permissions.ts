import { z } from 'zod';

import type { Action, Call } from '../../kit/action.ts';
import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { enter } from '../enter.ts';
import { type Identity, identityRef } from '../identity.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { type Authorization, authorizationOf, tellWaiting } from './authorizations.ts';

const path = '/:org/:project/_apis/pipelines/pipelinepermissions/:type/:id';

/** Source: specification/approvalsAndChecks/7.1 of MicrosoftDocs/vsts-rest-api-specs */
const types = new Set([
  'variablegroup',
  'endpoint',
  'queue',
  'environment',
  'repository',
  'securefile',
]);

const Change = z.object({
  allPipelines: z.object({ authorized: z.boolean() }).nullish(),
  pipelines: z.array(z.object({ id: z.coerce.number().int(), authorized: z.boolean() })).nullish(),
});

/** Which pipelines may use a thing. */
export const getPipelinePermissions: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/approvalsAndChecks/7.1, Pipeline Permissions_Get',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, permissionsJson(call, caller, authorizationIn(call)));
  },
};

/** Lets pipelines use a thing, or no longer. */
export const updatePipelinePermissions: Action<AzureDevops> = {
  method: 'PATCH',
  path,
  source:
    'vsts-rest-api-specs, specification/approvalsAndChecks/7.1, Pipeline Permissions_UpdatePipelinePermisionsForResource',
  async handle(call) {
    const caller = await enter(call);
    const authorization = authorizationIn(call);
    const change = parsed(Change, await call.json());
    if (change.allPipelines) authorization.all = change.allPipelines.authorized;
    for (const { id, authorized } of change.pipelines ?? []) {
      if (authorized) authorization.pipelines.add(id);
      else authorization.pipelines.delete(id);
    }
    tellWaiting(authorization);
    return respond(call, caller, permissionsJson(call, caller, authorization));
  },
};

function authorizationIn({ params, state }: Call<AzureDevops>): Authorization {
  const type = params['type']?.toLowerCase() ?? '';
  if (types.has(type)) return authorizationOf(state, type, params['id'] ?? '');
  throw new VssError(
    400,
    'InvalidArgumentValueException',
    `The resource type '${type}' is not valid.`,
  );
}

function permissionsJson(
  { state }: Call<AzureDevops>,
  caller: Identity,
  { type, id, all, pipelines }: Authorization,
) {
  const by = {
    authorized: true,
    authorizedBy: identityRef(caller, state.organization),
    authorizedOn: agentTime(state.openedAtMs),
  };
  return {
    resource: { type, id },
    ...(all && { allPipelines: by }),
    pipelines: Array.from(pipelines, (pipeline) => ({ id: pipeline, ...by })),
  };
}
