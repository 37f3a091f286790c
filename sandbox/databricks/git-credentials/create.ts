import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError, invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import {
  AAD,
  credentialJson,
  type GitCredential,
  ownerOf,
  providerNamed,
} from './git-credential.ts';

const CreateCredential = z.looseObject({
  git_provider: z.string(),
  git_username: z.string().optional(),
  git_email: z.string().optional(),
  personal_access_token: z.string().min(1).optional(),
  name: z.string().optional(),
  is_default_for_provider: z.boolean().default(true),
  principal_id: z.coerce.string().optional(),
});

/**
 * One for each provider and principal, as it was for long: a second one is refused.
 *
 * Source: terraform-provider-databricks access/resource_git_credential.go for the beginning of the text.
 */
export const createGitCredential: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/git-credentials',
  source:
    'databricks-sdk-py service/workspace.py, GitCredentialsAPI.create: never gives the token back',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateCredential);
    const provider = providerNamed(order.git_provider);
    if (!provider) throw invalidParameter(`Invalid git_provider: ${order.git_provider}`);
    const owner = ownerOf(call.state, principal, order.principal_id);
    const { gitCredentials, ids, tools } = call.state;
    if (gitCredentials.some((one) => one.owner === owner && one.provider === provider)) {
      throw new ApiError(
        400,
        'INVALID_STATE',
        `Only one Git credential is supported at this time for ${provider}. Update it, or delete it.`,
      );
    }
    const token = order.personal_access_token ?? null;
    if (token === null && provider !== AAD) {
      throw invalidParameter(`personal_access_token is needed for ${provider}`);
    }
    if (token !== null) tools.hidden.add(token);
    const credential: GitCredential = {
      id: ids.next(),
      owner,
      provider,
      username: order.git_username ?? owner,
      email: order.git_email,
      name: order.name,
      isDefault: order.is_default_for_provider,
      token,
    };
    gitCredentials.push(credential);
    return Response.json(credentialJson(credential));
  }),
};
