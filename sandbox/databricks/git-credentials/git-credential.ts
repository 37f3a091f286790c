import type { SandboxConfig } from '../../config.ts';
import { ApiError, doesNotExist } from '../api-error.ts';
import { numberOf } from '../identity/number-of.ts';
import { isAdmin } from '../permissions/grant.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

/** What somebody fetches from a git server with. */
export interface GitCredential {
  readonly id: number;
  /** The client id or user name of whose it is. */
  readonly owner: string;
  /** `azureDevOpsServices`, as the vendor spells it. */
  provider: string;
  username: string;
  email: string | undefined;
  name: string | undefined;
  isDefault: boolean;
  /** null: it is one of Entra ID, without a token of its own. */
  token: string | null;
}

/** Entra-based: Databricks gets a token of the owner for each fetch. */
export const AAD = 'azureDevOpsServicesAad';

/** Source: databricks-sdk-py service/workspace.py, and the Terraform provider for the Entra-based one. */
const PROVIDERS = [
  'gitHub',
  'gitHubOAuth',
  'gitHubEnterprise',
  'bitbucketCloud',
  'bitbucketServer',
  'azureDevOpsServices',
  AAD,
  'gitLab',
  'gitLabEnterpriseEdition',
  'awsCodeCommit',
];

/** The vendor's own spelling; null: there is no such provider. */
export function providerNamed(given: string): string | null {
  return PROVIDERS.find((one) => one.toLowerCase() === given.toLowerCase()) ?? null;
}

/** The credentials there are at start. */
export function credentialsIn({ git_credentials }: SandboxConfig['databricks']): GitCredential[] {
  return git_credentials.map((owner) => ({
    id: numberOf(`git ${owner}`),
    owner,
    provider: AAD,
    username: owner,
    email: undefined,
    name: undefined,
    isDefault: true,
    token: null,
  }));
}

/** Source: databricks-sdk-py service/workspace.py, CredentialInfo: never the token. */
export function credentialJson(credential: GitCredential) {
  const { id, provider, username, email, name, isDefault } = credential;
  return {
    credential_id: id,
    git_provider: provider,
    git_username: username,
    ...(email !== undefined && { git_email: email }),
    ...(name !== undefined && { name }),
    is_default_for_provider: isDefault,
  };
}

/** The credential with this id, if it is the caller's. The text is ours. @throws {ApiError} 404 */
export function credentialFor(
  workspace: Workspace,
  caller: Principal,
  id: string | undefined,
): GitCredential {
  const found = workspace.gitCredentials.find((one) => String(one.id) === id);
  if (found && (found.owner === caller.name || isAdmin(workspace, caller))) return found;
  throw doesNotExist(`Git credential with ID ${id} could not be found.`);
}

/**
 * Whose credential is meant: the caller's, or that of the application with this SCIM id, which its
 * managers look after. The text is ours.
 * @throws {ApiError} 403 or 404
 */
export function ownerOf(
  workspace: Workspace,
  caller: Principal,
  principalId: string | undefined,
): string {
  if (principalId === undefined) return caller.name;
  const application = [...workspace.applications.values()].find((one) => one.id === principalId);
  if (!application) throw doesNotExist(`Principal with ID ${principalId} does not exist`);
  if (application.applicationId === caller.name || isAdmin(workspace, caller)) {
    return application.applicationId;
  }
  const message = `${caller.name} is no manager of service principal ${principalId}`;
  throw new ApiError(403, 'PERMISSION_DENIED', message);
}

/** The credential with which somebody fetches from a repository of this provider; null: none fits. */
export function credentialOf(
  { gitCredentials }: Pick<Workspace, 'gitCredentials'>,
  { name }: Principal,
  provider: string | undefined,
): GitCredential | null {
  const own = gitCredentials.filter((one) => one.owner === name);
  const fitting = own.filter((one) => family(one.provider) === family(provider ?? ''));
  return fitting.find((one) => one.isDefault) ?? fitting[0] ?? null;
}

/** An Entra-based credential and one with a token are for the same servers. */
function family(provider: string): string {
  return provider === AAD ? 'azureDevOpsServices' : provider;
}
