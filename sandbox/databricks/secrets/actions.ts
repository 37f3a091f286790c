import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { createSecretScope } from './create-scope.ts';
import { deleteSecretAcl } from './delete-acl.ts';
import { deleteSecretScope } from './delete-scope.ts';
import { deleteSecret } from './delete-secret.ts';
import { getSecretAcl } from './get-acl.ts';
import { getSecret } from './get-secret.ts';
import { listSecretAcls } from './list-acls.ts';
import { listSecretScopes } from './list-scopes.ts';
import { listSecrets } from './list-secrets.ts';
import { putSecretAcl } from './put-acl.ts';
import { putSecret } from './put-secret.ts';

/** Secret scopes, what is in them, and who may read it. */
export const SECRET_ACTIONS: readonly Action<Workspace>[] = [
  createSecretScope,
  deleteSecretAcl,
  deleteSecretScope,
  deleteSecret,
  getSecretAcl,
  getSecret,
  listSecretAcls,
  listSecretScopes,
  listSecrets,
  putSecretAcl,
  putSecret,
];
