import type { Identity } from '../identity.ts';
import type { AzureDevops, AzureDevopsCall, Definition } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { namespaces, type Right, type SecurityNamespace } from './namespaces.ts';

type Build =
  | 'ViewBuilds'
  | 'EditBuildQuality'
  | 'QueueBuilds'
  | 'StopBuilds'
  | 'ViewBuildDefinition'
  | 'EditBuildDefinition'
  | 'DeleteBuildDefinition'
  | 'CreateBuildDefinition'
  | 'EditPipelineQueueConfigurationPermission';
type Hooks = 'ViewSubscriptions' | 'EditSubscriptions' | 'DeleteSubscriptions';
type Library = 'View' | 'Administer' | 'Create';
type Git = 'GenericRead' | 'GenericContribute' | 'CreateBranch' | 'CreateRepository';

/** Whether somebody has a right: everybody has all, but for what the configuration takes away. */
export function has(
  { config }: AzureDevops,
  who: Identity,
  { name }: SecurityNamespace,
  right: Right,
): boolean {
  const full = `${name.replaceAll(' ', '')}.${right.name}`;
  const names = new Set([who.principal, who.displayName, who.id].map((one) => one.toLowerCase()));
  return !config.azure_devops.denied.some(
    (denial) => denial.right === full && names.has(denial.principal.toLowerCase()),
  );
}

/** @throws {VssError} somebody may not do this with a pipeline, or with pipelines at all */
export function requireBuildRight(
  { state }: AzureDevopsCall,
  who: Identity,
  right: Build,
  definition: Definition | null = null,
): void {
  const denied = lacking(state, who, 'Build', right);
  if (!denied) return;
  const what = definition ? `build pipeline ${definition.id}:${definition.name} in ` : '';
  // Source: microsoft/terraform-provider-azuredevops#1040
  throw new VssError(
    403,
    'AccessDeniedException',
    `TF215106: Access denied. ${who.displayName} needs ${denied.displayName} permissions for ${what}team project ${state.project.name} to perform the action. For more information, contact the Azure DevOps administrator.`,
    'Microsoft.TeamFoundation.Build.WebApi',
    'Microsoft.TeamFoundation.Build2.WebApi',
  );
}

/** @throws {VssError} somebody may not start a pipeline, or not with variables */
export function requireQueueRights(
  call: AzureDevopsCall,
  who: Identity,
  definition: Definition,
  hasVariables: boolean,
): void {
  requireBuildRight(call, who, 'QueueBuilds', definition);
  if (!hasVariables) return;
  requireBuildRight(call, who, 'EditPipelineQueueConfigurationPermission', definition);
}

/** Whether somebody may see something at all; what they may not is left out of lists. */
export function maySee(
  state: AzureDevops,
  who: Identity,
  what: 'pipelines' | 'builds' | 'library',
): boolean {
  const right = { pipelines: 'ViewBuildDefinition', builds: 'ViewBuilds', library: 'View' }[what];
  return !lacking(state, who, what === 'library' ? 'Library' : 'Build', right);
}

/** @throws {VssError} somebody may not do this with service hooks */
export function requireHooksRight({ state }: AzureDevopsCall, who: Identity, right: Hooks): void {
  const denied = lacking(state, who, 'ServiceHooks', right);
  if (!denied) return;
  // Source: microsoft/appcenter#672, which quotes it
  throw new VssError(
    403,
    'AccessCheckException',
    `Access Denied: ${who.displayName} needs the following permission(s) on the resource PublisherSecurity/${state.project.id} to perform this action: ${denied.displayName}`,
    'Microsoft.VisualStudio.Services.Security',
    'Microsoft.VisualStudio.Services.WebApi',
  );
}

/** @throws {VssError} somebody may not do this with variable groups */
export function requireLibraryRight(
  { state }: AzureDevopsCall,
  who: Identity,
  right: Library,
): void {
  if (!lacking(state, who, 'Library', right)) return;
  const role = { View: 'Reader', Administer: 'Administrator', Create: 'Creator' }[right];
  throw new VssError(
    403,
    'AccessDeniedException',
    `You do not have permissions to perform this operation on the variable group. A variable group administrator should add you to the ${role} role.`,
    'Microsoft.TeamFoundation.DistributedTask.WebApi',
  );
}

/** @throws {VssError} somebody may not do this with a repository */
export function requireGitRight({ state }: AzureDevopsCall, who: Identity, right: Git): void {
  if (!lacking(state, who, 'Git Repositories', right)) return;
  // Source: docs of githubnext/ado-aw, safe-output-permissions.md, which quotes it
  throw new VssError(
    403,
    'GitNeedsPermissionException',
    `TF401027: You need the Git '${right}' permission to perform this action. Details: identity '${who.uniqueName}', scope '${right === 'CreateRepository' ? 'project' : 'repository'}'.`,
    'Microsoft.TeamFoundation.Git.Server',
  );
}

/** Whether somebody may know that the project exists. */
export function mayEnterProject(state: AzureDevops, who: Identity): boolean {
  return !lacking(state, who, 'Project', 'GENERIC_READ');
}

function lacking(
  state: AzureDevops,
  who: Identity,
  namespace: string,
  name: string,
): Right | undefined {
  const found = namespaces.find((one) => one.name === namespace);
  const right = found?.rights.find((one) => one.name === name);
  if (!found || !right) throw new Error(`There is no right ${namespace}.${name}`);
  return has(state, who, found, right) ? undefined : right;
}

/** What keeps somebody from making or moving a branch; null: nothing does. */
export function maySetRef(
  state: AzureDevops,
  who: Identity,
  isNew: boolean,
): 'createBranchPermissionRequired' | 'writePermissionRequired' | null {
  if (lacking(state, who, 'Git Repositories', 'GenericContribute'))
    return 'writePermissionRequired';
  const isKept = isNew && lacking(state, who, 'Git Repositories', 'CreateBranch');
  return isKept ? 'createBranchPermissionRequired' : null;
}
