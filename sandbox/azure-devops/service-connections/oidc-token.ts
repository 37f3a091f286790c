import type { Action } from '../../kit/action.ts';
import { runBehind } from '../authenticate.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import type { AzureDevops, AzureDevopsCall, Run } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { connectionSubject, connectionsOf, mintFor } from './connection-of.ts';

/**
 * A token by which a job shows others who it is: as a service connection, or as its pipeline. Only
 * the job itself gets one, with the token of its run.
 */
export const createOidcToken: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/distributedtask/hubs/:hub/plans/:plan/jobs/:job/oidctoken',
  source:
    'azurePipelinesCredential.js of @azure/identity, oidc_token_supplier.py of databricks-sdk-py',
  async handle(call) {
    const caller = await enter(call);
    const run = runOf(call);
    const oidcToken = await mintFor(call.state, subjectOf(call, run));
    return respond(call, caller, { oidcToken });
  },
};

/** @throws {VssError} the job is none of the run whose token was sent */
function runOf({ state, request, params }: AzureDevopsCall): Run {
  const run = runBehind(state, request);
  const { plan, job } = params;
  const isItsOwn =
    run?.record.planId === plan?.toLowerCase() &&
    run?.record.records.some(({ id, type }) => type === 'Job' && id === job?.toLowerCase());
  if (run && isItsOwn === true) return run;
  throw new VssError(
    404,
    'TaskOrchestrationPlanNotFoundException',
    `No plan found for identifier ${plan}.`,
    'Microsoft.TeamFoundation.DistributedTask.WebApi',
  );
}

/** @throws {VssError} there is no such service connection */
function subjectOf({ state, url }: AzureDevopsCall, run: Run): string {
  const id = url.searchParams.get('serviceConnectionId');
  if (!id) return `p://${state.organization}/${state.project.name}/${run.definition.name}`;
  const found = connectionsOf(state).find((one) => one.id === id.toLowerCase());
  if (found) return connectionSubject(state, found.name);
  throw new VssError(
    404,
    'ServiceEndpointNotFoundException',
    `Service connection with ID ${id} was not found.`,
    'Microsoft.VisualStudio.Services.ServiceEndpoints.WebApi',
  );
}
