import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError, invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { SecretName } from './secret-name.ts';
import { scopeFor } from './secret-scope.ts';

const PutSecret = z.looseObject({
  scope: z.string(),
  key: SecretName,
  string_value: z.string().optional(),
  bytes_value: z.string().optional(),
});

const MAX_BYTES = 128 * 1024;
const MAX_SECRETS = 1000;

export const putSecret: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/secrets/put',
  source:
    'databricks-sdk-py service/workspace.py, SecretsAPI.put_secret: at most 128 KB, 1000 in a scope; the texts are ours',
  handle: signedIn(async (call, principal) => {
    const { scope, key, string_value: text, bytes_value: base64 } = await inputOf(call, PutSecret);
    if ((text === undefined) === (base64 === undefined)) {
      throw invalidParameter('Exactly one of string_value and bytes_value is needed');
    }
    const { secrets } = scopeFor(call.state, principal, { scope, needed: 'WRITE' });
    const value = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
    if (value.length > MAX_BYTES)
      throw invalidParameter(`The secret has more than ${MAX_BYTES} bytes`);
    if (!secrets.has(key) && secrets.size >= MAX_SECRETS) {
      throw new ApiError(
        400,
        'RESOURCE_LIMIT_EXCEEDED',
        `Scope ${scope} has ${MAX_SECRETS} secrets`,
      );
    }
    if (value.length > 0) call.state.tools.hidden.add(value.toString());
    secrets.set(key, { value, updatedMs: call.now() });
    return Response.json({});
  }),
};
