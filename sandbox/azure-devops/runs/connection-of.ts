import type { ServiceConnection } from '../../pipelines/runs/run-plan.ts';
import type { AzureDevops } from '../state.ts';

/** The application that a service connection stands for; null: there is no such connection. */
export function connectionOf({ config }: AzureDevops, name: string): ServiceConnection | null {
  const { azure_devops, entra } = config;
  const connection = azure_devops.service_connections.find(
    (one) => one.name.toLowerCase() === name.toLowerCase(),
  );
  const app = entra.apps.find((one) => one.client_id === connection?.client_id);
  if (!app || app.secret === undefined) return null;
  return { clientId: app.client_id, secret: app.secret, tenant: entra.tenant };
}
