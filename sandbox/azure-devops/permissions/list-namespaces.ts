import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findNamespace } from './evaluate.ts';
import { namespaces, type SecurityNamespace } from './namespaces.ts';

const source = 'vsts-rest-api-specs, specification/security/7.1, Security Namespaces_Query';

/** Every namespace, with the permissions that it has. */
export const listNamespaces: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/securitynamespaces',
  source,
  handle: (call) => answer(call, namespaces),
};

export const getNamespace: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/securitynamespaces/:namespace',
  source,
  async handle(call) {
    await enter(call);
    return answer(call, [findNamespace(call.params['namespace'])]);
  },
};

async function answer(call: Call<AzureDevops>, found: readonly SecurityNamespace[]) {
  const caller = await enter(call);
  const shown = found.map(({ id, name, displayName, rights }) => ({
    namespaceId: id,
    name,
    displayName,
    separatorValue: '/',
    elementLength: -1,
    writePermission: 1,
    readPermission: 1,
    dataspaceCategory: 'Default',
    actions: rights.map((right) => ({ ...right, namespaceId: id })),
    structureValue: 1,
    extensionType: null,
    isRemotable: false,
    useTokenTranslator: false,
    systemBitMask: 0,
  }));
  return respond(call, caller, listed(shown));
}
