import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';

/** Who the caller is. */
export const connectionData: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/connectionData',
  source: 'azure-devops-node-api 17.0.1, interfaces/LocationsInterfaces.d.ts, ConnectionData',
  async handle(call) {
    const caller = await enter(call);
    const { id, displayName, uniqueName } = caller;
    const user = {
      id,
      descriptor: `Microsoft.IdentityModel.Claims.ClaimsIdentity;${uniqueName}`,
      subjectDescriptor: `aad.${Buffer.from(id).toString('base64url')}`,
      providerDisplayName: displayName,
      isActive: true,
      properties: { Account: { $type: 'System.String', $value: uniqueName } },
    };
    return respond(call, caller, {
      authenticatedUser: user,
      authorizedUser: user,
      instanceId: call.state.organizationId,
      deploymentId: call.state.organizationId,
      deploymentType: 'hosted',
      locationServiceData: {
        serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
        defaultAccessMappingMoniker: 'PublicAccessMapping',
        lastChangeId: 1,
        lastChangeId64: 1,
        accessMappings: [{ accessPoint: `${linksOf(call.state).organization}/` }],
      },
    });
  },
};
