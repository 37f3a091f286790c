import { z } from 'zod';

import type { AzureDevopsClient } from './azure-devops-client.ts';

/**
 * Asks a run of a pipeline to stop; it has stopped once its build says so.
 * Source: `Builds_UpdateBuild` in vsts-rest-api-specs, specification/build/7.1/build.json
 */
export async function cancelBuild(
  client: AzureDevopsClient,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `build/builds/${encodeURIComponent(id)}`;
  await client.patch({ path, body: { status: 'cancelling' }, signal }, z.unknown());
}
