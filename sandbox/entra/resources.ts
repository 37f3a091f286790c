import { AadstsError } from './aadsts.ts';

/** The application id of Azure Databricks, the same in every tenant. */
const AZURE_DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
/** The application id of Azure DevOps, the same in every tenant. */
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';

/** What tokens are given for; the last two are Azure's management, under both its names. */
const RESOURCES = new Set([
  AZURE_DATABRICKS,
  AZURE_DEVOPS,
  'https://management.core.windows.net/',
  'https://management.azure.com/',
]);

/**
 * The audience that a token for this resource carries.
 *
 * Source: https://learn.microsoft.com/azure/databricks/dev-tools/auth/aad-token-manual,
 * https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity
 * @throws {AadstsError} 500011: the tenant knows no such resource
 */
export function audienceOf(resource: string, tenant: string): string {
  const named = [resource, `${resource}/`].find((name) => RESOURCES.has(name));
  if (named !== undefined) return named;
  throw new AadstsError(
    500011,
    `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  );
}

/**
 * The resource in a scope, `2ff814a6-…/.default`.
 *
 * Source: databricks/databricks-sql-nodejs#226 (1002012), microsoftgraph/msgraph-sdk-python-core#49
 * (70011)
 * @throws {AadstsError} 70011, 1002012
 */
export function resourceOf(scope: string): string {
  const [only = '', ...more] = scope.split(' ').filter((part) => part !== '');
  if (only === '' || more.length > 0) {
    throw new AadstsError(
      70011,
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    );
  }
  if (!only.endsWith('/.default')) {
    throw new AadstsError(
      1002012,
      `The provided value for scope ${only} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  return only.slice(0, -'/.default'.length);
}
