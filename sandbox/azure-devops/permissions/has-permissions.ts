import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findNamespace, hasAll } from './evaluate.ts';

/** Whether the caller has all permissions of a mask, for each token. */
export const hasPermissions: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/permissions/:namespace/:permissions',
  source: 'azure-devops-python-api, v7_1/security/security_client.py, has_permissions',
  async handle(call) {
    const caller = await enter(call);
    const namespace = findNamespace(call.params['namespace']);
    const mask = Number(call.params['permissions']);
    const { searchParams } = call.url;
    const tokens = (searchParams.get('tokens') ?? '').split(searchParams.get('delimiter') || ',');
    const answer = hasAll(call.state, caller, namespace, mask);
    return respond(call, caller, listed(tokens.map(() => answer)));
  },
};
