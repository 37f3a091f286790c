import { checkApiVersion } from './api-version.ts';
import { authenticate } from './authenticate.ts';
import type { Identity } from './identity.ts';
import { mayEnterProject } from './permissions/rights.ts';
import { countRequest } from './rate-limit.ts';
import type { AzureDevopsCall } from './state.ts';
import { VssError } from './vss-error.ts';

/**
 * Lets a call in: the caller is known, the organisation and the project are ours.
 * @throws {SignInNeeded} nobody we believe
 * @throws {VssError} no such organisation or project, or a version that is not served
 */
export async function enter(call: AzureDevopsCall): Promise<Identity> {
  const caller = await authenticate(call.state, call.request);
  call.identify(caller.principal);
  countRequest(call.state, call.request, caller);
  checkOrganization(call);
  checkProject(call, caller);
  checkApiVersion(call.request);
  return caller;
}

function checkOrganization({ params, state }: AzureDevopsCall): void {
  const { org } = params;
  if (org === undefined || org.toLowerCase() === state.organization.toLowerCase()) return;
  throw new VssError(404, 'HostResolutionException', `The organization '${org}' does not exist.`);
}

/** Source: test_devops_team_... of Azure/azure-devops-cli-extension for the text, a recording */
export function checkProject({ params, state }: AzureDevopsCall, caller?: Identity): void {
  const project = params['project'];
  if (project === undefined) return;
  const { id, name } = state.project;
  const isThere = [id, name.toLowerCase()].includes(project.toLowerCase());
  // Who may not see a project is told that there is none.
  if (isThere && (!caller || mayEnterProject(state, caller))) return;
  throw new VssError(
    404,
    'ProjectDoesNotExistWithNameException',
    `TF200016: The following project does not exist: ${project}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
    'Microsoft.TeamFoundation.Core.WebApi',
  );
}
