import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { applicationJson, newApplication } from './application.ts';
import { checkScimAdmin } from './check-scim-admin.ts';
import { answerScim, scimError } from './scim-error.ts';

const CreateServicePrincipal = z.looseObject({
  applicationId: z.uuid(),
  displayName: z.string().optional(),
  entitlements: z.array(z.looseObject({ value: z.string() })).default([]),
});

/** On Azure the application is one of Entra ID, whose id has to be given. */
export const createServicePrincipal: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/preview/scim/v2/ServicePrincipals',
  source:
    'databricks-sdk-py service/iam.py, ServicePrincipalsAPI.create; the status is from memory',
  handle: signedIn(async (call, principal) => {
    checkScimAdmin(call.state, principal);
    const order = await inputOf(call, CreateServicePrincipal);
    const { applicationId, displayName = applicationId } = order;
    const { applications } = call.state;
    if (applications.has(applicationId)) {
      throw scimError(
        409,
        `Service principal with application ID ${applicationId} already exists.`,
      );
    }
    const entitlements = order.entitlements.map((one) => one.value);
    const made = newApplication(applicationId, displayName, entitlements);
    applications.set(applicationId, made);
    return answerScim(applicationJson(made), 201);
  }),
};
