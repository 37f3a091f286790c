import { z } from 'zod';

import { PermanentError } from '../../lib/errors.ts';
import type { AzureDevopsClient } from './azure-devops-client.ts';
import { Build } from './build.ts';

const Page = z.object({ value: z.array(Build) });

const PAGE_SIZE = '100';

/** Twenty thousand runs of one pipeline: more than there can be since somebody asked for one. */
const MAX_PAGES = 200;

/**
 * The runs of a pipeline that were queued at or after this time, oldest first.
 * Source: `Builds_List` in MicrosoftDocs/vsts-rest-api-specs, specification/build/7.1/build.json
 */
export async function* listBuildsSince(
  client: AzureDevopsClient,
  pipeline: number,
  queuedAtMs: number,
  signal: AbortSignal,
): AsyncGenerator<Build> {
  const query = {
    definitions: String(pipeline),
    // `minTime` is about the time that the order is about.
    minTime: new Date(queuedAtMs).toISOString(),
    queryOrder: 'queueTimeAscending',
    $top: PAGE_SIZE,
  };
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const ask = { path: 'build/builds', query: { ...query, continuationToken: next }, signal };
    const { data, headers } = await client.get(ask, Page);
    yield* data.value;
    next = headers.get('x-ms-continuationtoken') ?? undefined;
    if (!next) return;
  }
  throw new PermanentError('UNREADABLE', `the list of runs of pipeline ${pipeline} never ends`);
}
