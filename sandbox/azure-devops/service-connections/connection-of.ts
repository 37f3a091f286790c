import type { ServiceConnection } from '../../pipelines/runs/run-plan.ts';
import { guidOf } from '../identity.ts';
import type { AzureDevops } from '../state.ts';

/** A service connection with the name that it has in the project. */
export interface NamedConnection extends ServiceConnection {
  readonly name: string;
}

/**
 * The service connections of the project. One whose application has no secret proves itself by a
 * token of Azure Pipelines.
 */
export function connectionsOf(state: AzureDevops): readonly NamedConnection[] {
  const { config, organization, project } = state;
  return config.azure_devops.service_connections.flatMap(({ name, client_id: clientId }) => {
    const app = config.entra.apps.find((one) => one.client_id === clientId);
    if (!app) return [];
    const id = guidOf(`service-connection:${organization}/${project.name}/${name}`);
    const credential: ServiceConnection['credential'] =
      app.secret === undefined
        ? { kind: 'token', token: () => mintFor(state, connectionSubject(state, name)) }
        : { kind: 'secret', secret: app.secret };
    return [{ id, name, clientId, tenant: config.entra.tenant, credential }];
  });
}

/** The service connection of this name; null: there is none. */
export function connectionOf(state: AzureDevops, name: string): NamedConnection | null {
  const asked = name.toLowerCase();
  return connectionsOf(state).find((one) => one.name.toLowerCase() === asked) ?? null;
}

/** Source: docs/guides of microsoft/terraform-provider-azuread, "Azure DevOps" */
export function connectionSubject({ organization, project }: AzureDevops, name: string): string {
  return `sc://${organization}/${project.name}/${name}`;
}

/** A token by which Azure Pipelines vouches for a subject. */
export async function mintFor(state: AzureDevops, subject: string): Promise<string> {
  const { assertions } = state.tools;
  if (!assertions) throw new Error('Nobody signs tokens for Azure Pipelines in this sandbox');
  const { token } = await assertions.mint({
    issuer: 'azure-pipelines',
    subject,
    audience: 'api://AzureADTokenExchange',
    organizationId: state.organizationId,
  });
  state.tools.hidden.add(token);
  return token;
}
