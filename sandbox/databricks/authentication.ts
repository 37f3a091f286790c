import { randomUUID } from 'node:crypto';

import type { Action, Call } from '../kit/action.ts';
import { ApiError } from './api-error.ts';
import { memberNamed, type Principal } from './principal.ts';
import type { Workspace } from './workspace.ts';

/** The application id of Azure Databricks, the same in every tenant. */
const DATABRICKS_AUDIENCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

type SignedIn = (call: Call<Workspace>, principal: Principal) => Response | Promise<Response>;

/**
 * An action that only members of the workspace may take.
 *
 * Source: recorded answers for 401 and 403 with a numeric `error_code` (databricks-mlflow reference,
 * 4.6); "Unauthorized access to Org" in databricks/terraform-provider-databricks issue 4662.
 */
export function signedIn(handle: SignedIn): Action<Workspace>['handle'] {
  return async (call) => {
    const principal = await authenticate(call.state, call.request.headers.get('authorization'));
    call.identify(principal.name);
    return handle(call, principal);
  };
}

/** Whose token this is; null: it is nobody's who is a member of the workspace. */
export async function whose(workspace: Workspace, token: string): Promise<Principal | null> {
  return authenticate(workspace, `Bearer ${token}`).catch(() => null);
}

async function authenticate(
  workspace: Workspace,
  authorization: string | null,
): Promise<Principal> {
  const token = /^bearer\s+(?<token>\S+)$/iu.exec(authorization?.trim() ?? '')?.groups?.['token'];
  if (!token) throw noCredential();

  const own = holderOfOwn(workspace, token);
  if (own) return own;
  const verified = await workspace.tools.tokens.verify(token, DATABRICKS_AUDIENCE);
  if (verified.kind === 'refused') throw invalidToken();
  const member = memberNamed(workspace, verified.clientId);
  if (member?.kind !== 'application') throw notAMember(workspace.config.workspace_id);
  return member;
}

/** Whose personal access token, run's token or OAuth token of Databricks itself it is. */
function holderOfOwn(workspace: Workspace, token: string): Principal | null {
  const { config, runTokens, oauthTokens, tools } = workspace;
  const user = config.users.find((candidate) => candidate.token === token);
  if (user) return { kind: 'user', name: user.name };
  const oauth = oauthTokens.get(token);
  if (!oauth) return runTokens.get(token) ?? null;
  if (oauth.expiresAtMs <= tools.clock.now()) throw invalidToken();
  return memberNamed(workspace, oauth.principal.name);
}

function noCredential(): ApiError {
  const message = 'Credential was not sent or was of an unsupported type for this API.';
  return new ApiError(401, 401, `${message} ${requestId()}`, {
    'WWW-Authenticate': 'Bearer realm="DatabricksRealm"',
  });
}

function invalidToken(): ApiError {
  return new ApiError(403, 403, `Invalid access token. ${requestId()}`, {
    'X-Databricks-Reason-Phrase': 'Invalid access token.',
  });
}

function notAMember(workspaceId: string): ApiError {
  return new ApiError(403, 403, `Unauthorized access to Org: ${workspaceId} ${requestId()}`);
}

function requestId(): string {
  return `[ReqId: ${randomUUID()}]`;
}
