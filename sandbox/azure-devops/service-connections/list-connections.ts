import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { connectionsOf, type NamedConnection } from './connection-of.ts';

/** The service connections of the project; their secrets cannot be read. */
export const listServiceConnections: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/serviceendpoint/endpoints',
  source: 'vsts-rest-api-specs, specification/serviceEndpoint/7.1, Endpoints_Get Service Endpoints',
  async handle(call) {
    const caller = await enter(call);
    const query = call.url.searchParams;
    const names = query.get('endpointNames')?.toLowerCase().split(',');
    const type = query.get('type')?.toLowerCase();
    const found = connectionsOf(call.state)
      .filter(({ name }) => !names || names.includes(name.toLowerCase()))
      .filter(() => !type || type === 'azurerm');
    return respond(call, caller, listed(found.map((one) => connectionJson(call.state, one))));
  },
};

/** Source: ServiceEndpoint in specification/serviceEndpoint/7.1 of vsts-rest-api-specs */
function connectionJson(
  { project }: AzureDevops,
  { id, name, clientId, tenant, credential }: NamedConnection,
) {
  const isFederated = credential.kind === 'token';
  return {
    data: { environment: 'AzureCloud', scopeLevel: 'Subscription', creationMode: 'Manual' },
    id,
    name,
    type: 'azurerm',
    url: 'https://management.azure.com/',
    description: '',
    authorization: {
      scheme: isFederated ? 'WorkloadIdentityFederation' : 'ServicePrincipal',
      parameters: {
        tenantid: tenant,
        serviceprincipalid: clientId,
        ...(!isFederated && { authenticationType: 'spnKey', serviceprincipalkey: null }),
      },
    },
    isShared: false,
    isReady: true,
    owner: 'Library',
    serviceEndpointProjectReferences: [
      { projectReference: { id: project.id, name: project.name }, name, description: '' },
    ],
  };
}
