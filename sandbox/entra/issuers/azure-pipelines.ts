import { guidOf } from '../../azure-devops/identity.ts';
import type { AssertionOrder } from '../../kit/tools.ts';
import type { IssuerProfile } from './issuer-claims.ts';

/**
 * Azure Pipelines as an issuer: one for each organization, and tokens of ten minutes.
 *
 * Source: https://learn.microsoft.com/azure/devops/pipelines/release/configure-workload-identity,
 * Azure/azure-powershell#24304 (how long they live)
 */
export const azurePipelines: IssuerProfile = {
  name: 'azure-pipelines',
  host: 'vstoken.dev.azure.com',
  path: '/:organization',
  issuerOf: (order) => `https://vstoken.dev.azure.com/${organizationIdOf(order)}`,
  issuerAt: ({ organization = '' }) => `https://vstoken.dev.azure.com/${organization}`,
  lifetimeS: 600,
  backdatedS: 0,
  moreClaims: (order) => ({ org_id: organizationIdOf(order) }),
};

/** The organization of `sc://contoso/MLFlowHooks/databricks` is contoso. */
function organizationIdOf({ subject, organizationId }: AssertionOrder): string {
  const [, organization = ''] = /^\w+:\/\/([^/]+)/u.exec(subject) ?? [];
  return organizationId ?? guidOf(`organization:${organization}`);
}
