import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { credentialFor, type GitCredential, providerNamed } from './git-credential.ts';

const UpdateCredential = z.looseObject({
  git_provider: z.string().optional(),
  git_username: z.string().optional(),
  git_email: z.string().optional(),
  personal_access_token: z.string().min(1).optional(),
  name: z.string().optional(),
  is_default_for_provider: z.boolean().optional(),
});
type UpdateCredential = z.infer<typeof UpdateCredential>;

export const updateGitCredential: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/git-credentials/:id',
  source: 'databricks-sdk-py service/workspace.py, GitCredentialsAPI.update',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, UpdateCredential);
    const credential = credentialFor(call.state, principal, call.params['id']);
    const provider = providerNamed(order.git_provider ?? credential.provider);
    if (!provider) throw invalidParameter(`Invalid git_provider: ${order.git_provider}`);
    if (order.personal_access_token) call.state.tools.hidden.add(order.personal_access_token);
    Object.assign(credential, changed(credential, order), { provider });
    return Response.json({});
  }),
};

function changed(before: GitCredential, order: UpdateCredential): Partial<GitCredential> {
  return {
    username: order.git_username ?? before.username,
    email: order.git_email ?? before.email,
    name: order.name ?? before.name,
    isDefault: order.is_default_for_provider ?? before.isDefault,
    token: order.personal_access_token ?? before.token,
  };
}
