import { z } from 'zod';

import type { DatabricksClient } from './databricks-client.ts';

/**
 * A principal, as its workspace knows it; a service principal's user name is its application id.
 * Source: databricks-sdk-py `databricks/sdk/service/iam.py`, CurrentUserAPI
 */
const Me = z.object({
  id: z.string(),
  userName: z.string(),
  displayName: z.string().optional(),
  active: z.boolean().optional(),
  groups: z.array(z.object({ display: z.string().optional() })).default([]),
});
export type Me = z.infer<typeof Me>;

/** Who we are in this workspace. */
export async function getMe(client: DatabricksClient, signal: AbortSignal): Promise<Me> {
  return await client.get({ path: '/api/2.0/preview/scim/v2/Me', query: {}, signal }, Me);
}
