import type { SandboxConfig } from '../../config.ts';
import { numberOf } from '../identity/number-of.ts';
import type { Workspace } from '../workspace.ts';
import { scimError } from './scim-error.ts';

/** An application that is a member of the workspace: a service principal. */
export interface Application {
  /** What SCIM, git credentials and federation policies name it by. */
  readonly id: string;
  /** What everything else names it by. */
  readonly applicationId: string;
  displayName: string;
  active: boolean;
  entitlements: readonly string[];
}

export const USUAL_ENTITLEMENTS = ['workspace-access', 'allow-cluster-create'];

/** The applications that are members at start. */
export function applicationsIn({ databricks, entra }: SandboxConfig): Map<string, Application> {
  const applications = databricks.principals.map((applicationId) => {
    const name = entra.apps.find((app) => app.client_id === applicationId)?.name;
    return newApplication(applicationId, name ?? applicationId, USUAL_ENTITLEMENTS);
  });
  return new Map(applications.map((one) => [one.applicationId, one]));
}

export function newApplication(
  applicationId: string,
  displayName: string,
  entitlements: readonly string[],
): Application {
  return {
    id: String(numberOf(applicationId)),
    applicationId,
    displayName,
    active: true,
    entitlements,
  };
}

/** @throws {ScimError} 404 */
export function applicationWith({ applications }: Workspace, id: string): Application {
  const found = [...applications.values()].find((one) => one.id === id);
  if (found) return found;
  throw scimError(404, `ServicePrincipal with id ${id} not found.`);
}

/** Source: databricks-sdk-py service/iam.py, ServicePrincipal. */
export function applicationJson(application: Application) {
  const { id, applicationId, displayName, active, entitlements } = application;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal'],
    id,
    applicationId,
    displayName,
    active,
    entitlements: entitlements.map((value) => ({ value })),
    groups: [{ display: 'users', type: 'direct' }],
  };
}
