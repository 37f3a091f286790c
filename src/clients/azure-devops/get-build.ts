import type { AzureDevopsClient } from './azure-devops-client.ts';
import { Build } from './build.ts';

/** One build, that is, one run of a pipeline. */
export async function getBuild(
  client: AzureDevopsClient,
  id: string,
  signal: AbortSignal,
): Promise<Build> {
  return (await client.get({ path: `build/builds/${encodeURIComponent(id)}`, signal }, Build)).data;
}
