import { isSameSecret } from '../kit/is-same-secret.ts';
import { type Identity, identityOf } from './identity.ts';
import type { AzureDevops, Run } from './state.ts';
import { SignInNeeded } from './vss-error.ts';

/** Source: learn.microsoft.com, "Authenticate to Azure DevOps with Microsoft Entra": its resource id */
const azureDevopsAudience = '499b84ac-1321-427f-aa17-267ca6975798';

/**
 * Who sends a request: a member with a token of Entra ID or a personal access token, or a run.
 * @throws {SignInNeeded} nobody we believe
 */
export async function authenticate(state: AzureDevops, request: Request): Promise<Identity> {
  const [, scheme = '', credential = ''] = credentialOf(request);
  const found =
    scheme.toLowerCase() === 'basic'
      ? await basic(state, credential)
      : scheme.toLowerCase() === 'bearer'
        ? await bearer(state, credential)
        : nobody;
  if (found.kind === 'member') return found.identity;
  // A genuine token of somebody who was never added leads away, others where it is configured.
  const { sign_in: shows } = state.config.azure_devops;
  throw found.kind === 'stranger'
    ? new SignInNeeded('redirect', found.clientId)
    : new SignInNeeded(shows);
}

type Found =
  | { readonly kind: 'member'; readonly identity: Identity }
  | { readonly kind: 'stranger'; readonly clientId: string }
  | { readonly kind: 'nobody' };

const nobody: Found = { kind: 'nobody' };

function member(identity: Identity): Found {
  return { kind: 'member', identity };
}

async function basic(state: AzureDevops, credential: string): Promise<Found> {
  const pair = Buffer.from(credential, 'base64').toString();
  const token = pair.slice(pair.indexOf(':') + 1);
  const user = state.config.azure_devops.users.find((one) => isSameSecret(token, one.token));
  // git sends what it has as a password: the token of a run, or one of Entra ID.
  return user ? member(identityOf(user.name, user.name)) : bearer(state, token);
}

async function bearer(state: AzureDevops, token: string): Promise<Found> {
  if (state.runTokens.has(token)) return member(buildService(state));
  const verified = await state.tools.tokens.verify(token, azureDevopsAudience);
  if (verified.kind !== 'genuine') return nobody;
  // A genuine token is not enough: its application must be a member of the organisation.
  const { clientId } = verified;
  if (!state.config.azure_devops.principals.includes(clientId)) {
    return { kind: 'stranger', clientId };
  }
  const app = state.config.entra.apps.find((one) => one.client_id === clientId);
  return member(identityOf(app?.name ?? clientId, clientId));
}

/** The run whose own token a request carries; undefined: it is none of a run's. */
export function runBehind({ runTokens }: AzureDevops, request: Request): Run | undefined {
  const [, , credential = ''] = credentialOf(request);
  const password = Buffer.from(credential, 'base64').toString().split(':').at(-1) ?? '';
  return runTokens.get(credential) ?? runTokens.get(password);
}

function credentialOf(request: Request): readonly string[] {
  return /^(\w+) +(\S+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
}

/** Who a run is, towards Azure DevOps itself. */
export function buildService({ project, organization }: AzureDevops): Identity {
  const name = `${project.name} Build Service (${organization})`;
  return identityOf(name, `Build\\${project.id}`);
}
