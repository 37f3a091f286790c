import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { type Application, applicationJson, applicationWith } from './application.ts';
import { checkScimAdmin } from './check-scim-admin.ts';
import { answerScim, scimError } from './scim-error.ts';

const Patch = z.looseObject({
  Operations: z.array(
    z.looseObject({
      op: z
        .string()
        .toLowerCase()
        .pipe(z.enum(['add', 'replace', 'remove'])),
      path: z.string().optional(),
      value: z.unknown().optional(),
    }),
  ),
});
type Operation = z.infer<typeof Patch>['Operations'][number];

export const updateServicePrincipal: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/preview/scim/v2/ServicePrincipals/:id',
  source: 'databricks-sdk-py service/iam.py, ServicePrincipalsAPI.patch; RFC 7644 section 3.5.2',
  handle: signedIn(async (call, principal) => {
    checkScimAdmin(call.state, principal);
    const { Operations: operations } = await inputOf(call, Patch);
    const application = applicationWith(call.state, call.params['id'] ?? '');
    const changed = operations.reduce(patched, { ...application });
    Object.assign(application, changed);
    return answerScim(applicationJson(application));
  }),
};

/** @throws {ScimError} 400, naming what it cannot change */
function patched(application: Application, operation: Operation): Application {
  const { op, path, value } = operation;
  if (path === 'active' && typeof value === 'boolean') return { ...application, active: value };
  if (path === 'displayName' && typeof value === 'string') {
    return { ...application, displayName: value };
  }
  const entitlements = path?.startsWith('entitlements')
    ? entitled(application.entitlements, operation)
    : null;
  if (entitlements) return { ...application, entitlements };
  throw scimError(400, `The sandbox cannot ${op} ${path ?? 'a whole service principal'}`);
}

const Entitlements = z.array(z.looseObject({ value: z.string() }));

function entitled(before: readonly string[], { op, path, value }: Operation) {
  if (op === 'remove') {
    const named = /^entitlements\[value eq "(?<name>[^"]+)"\]$/u.exec(path ?? '')?.groups?.['name'];
    return named === undefined ? null : before.filter((one) => one !== named);
  }
  const given = Entitlements.safeParse(value).data?.map((one) => one.value);
  return given ? [...new Set([...(op === 'add' ? before : []), ...given])] : null;
}
