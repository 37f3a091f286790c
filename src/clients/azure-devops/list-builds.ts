import { z } from 'zod';

import { PermanentError } from '../../lib/errors.ts';
import type { AzureDevopsClient } from './azure-devops-client.ts';
import { Build } from './build.ts';
import { restMsIn } from './rest.ts';

const Page = z.object({ value: z.array(Build) });

/** One build that we cannot read must not hide a hundred others. */
const Legible = z.object({ value: z.array(Build.nullable().catch(null)) });

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

interface Builds {
  /** Those that are there, that we may see, and can read; in no order. */
  readonly builds: readonly Build[];
  /** How long Azure DevOps asks us to leave it alone, in milliseconds; 0: it does not. */
  readonly restMs: number;
}

/** An address of more than two thousand characters is not safe everywhere; a build has an id of ten. */
const MOST_IDS = 100;

/**
 * Up to a hundred runs by their ids, in one call: the address must not grow too long.
 * Source: `Builds_List` in vsts-rest-api-specs, specification/build/7.1/build.json, `buildIds`
 * @throws {RangeError} more ids than that
 */
export async function listBuildsByIds(
  client: AzureDevopsClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Builds> {
  if (ids.length > MOST_IDS) throw new RangeError(`${ids.length} builds are too many for a call`);
  const query = { buildIds: ids.join(','), $top: String(MOST_IDS) };
  const { data, headers } = await client.get({ path: 'build/builds', query, signal }, Legible);
  const builds = data.value.filter((build) => build !== null);
  return { builds, restMs: restMsIn(headers) };
}
