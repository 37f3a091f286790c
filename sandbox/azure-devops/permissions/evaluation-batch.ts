import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findNamespace, hasAll } from './evaluate.ts';

/** Source: PermissionEvaluationBatch in specification/security/7.1 of vsts-rest-api-specs */
const Batch = z.object({
  alwaysAllowAdministrators: z.boolean().nullish(),
  evaluations: z.array(
    z.object({
      securityNamespaceId: z.string(),
      token: z.string().nullish(),
      permissions: z.number(),
    }),
  ),
});

/** Several questions of permission at once. */
export const evaluatePermissions: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/security/permissionevaluationbatch',
  source: 'vsts-rest-api-specs, specification/security/7.1, Permissions_HasPermissionsBatch',
  async handle(call) {
    const caller = await enter(call);
    const batch = parsed(Batch, await call.json());
    const evaluations = batch.evaluations.map((one) => {
      const namespace = findNamespace(one.securityNamespaceId);
      return { ...one, value: hasAll(call.state, caller, namespace, one.permissions) };
    });
    return respond(call, caller, { ...batch, evaluations });
  },
};
