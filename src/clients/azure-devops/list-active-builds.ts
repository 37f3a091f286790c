import { z } from 'zod';

import type { AzureDevopsClient } from './azure-devops-client.ts';
import { Build } from './build.ts';

const Page = z.object({ value: z.array(Build) });

/** Those that the API has for runs which have not ended. */
const ACTIVE = ['inProgress', 'notStarted', 'cancelling', 'postponed'] as const;

/**
 * The runs of a pipeline on a branch that have not ended.
 * Source: `Builds_List` in MicrosoftDocs/vsts-rest-api-specs, specification/build/7.1/build.json
 */
export async function listActiveBuilds(
  client: AzureDevopsClient,
  { pipeline, refName }: { readonly pipeline: number; readonly refName: string | null },
  signal: AbortSignal,
): Promise<readonly Build[]> {
  // One status at a time: that several can be joined by commas is written nowhere.
  const pages = await Promise.all(
    ACTIVE.map((statusFilter) => {
      const query = {
        definitions: String(pipeline),
        branchName: refName ?? undefined,
        statusFilter,
        $top: '100',
      };
      return client.get({ path: 'build/builds', query, signal }, Page);
    }),
  );
  return pages.flatMap(({ data }) => data.value);
}
