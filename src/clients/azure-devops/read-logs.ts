import { z } from 'zod';

import { PermanentError } from '../../lib/errors.ts';
import type { AzureDevopsClient } from './azure-devops-client.ts';

/** Source: `BuildLog` in MicrosoftDocs/vsts-rest-api-specs, specification/build/7.1/build.json */
const Logs = z
  .object({ value: z.array(z.object({ id: z.int(), lineCount: z.number().nullish() })) })
  .nullable();
type Log = NonNullable<z.infer<typeof Logs>>['value'][number];

/** More lines than this of one log do not fit anyway. */
const MAX_LINES = 20_000;

/**
 * What a run printed, log after log; where it is more than `maxBytes`, the end of it.
 * Source: `Builds_GetBuildLogs` in vsts-rest-api-specs, specification/build/7.1/build.json
 */
export async function readLogs(
  client: AzureDevopsClient,
  buildId: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const path = `build/builds/${encodeURIComponent(buildId)}/logs`;
  const logs = (await client.get({ path, signal }, Logs)).data?.value ?? [];

  const texts: string[] = [];
  let room = maxBytes;
  for (const log of logs.toSorted((a, b) => b.id - a.id)) {
    const text = await readLog(client, `${path}/${log.id}`, { log, maxBytes: room, signal });
    room -= Buffer.byteLength(text);
    texts.unshift(text);
    if (room <= 0) break;
  }
  return texts.join('\n');
}

/** The end of what one step of a run printed; '' where it cannot be read yet. */
export async function readLogEnd(
  client: AzureDevopsClient,
  { buildId, logId }: { readonly buildId: string; readonly logId: number },
  signal: AbortSignal,
): Promise<string> {
  const path = `build/builds/${encodeURIComponent(buildId)}/logs`;
  const logs = (await client.get({ path, signal }, Logs)).data?.value ?? [];
  const log = logs.find(({ id }) => id === logId);
  if (!log) return '';
  return await readLog(client, `${path}/${logId}`, { log, maxBytes: MAX_END_BYTES, signal });
}

const MAX_END_BYTES = 4 * 1024 * 1024;

interface Wanted {
  readonly log: Log;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

async function readLog(client: AzureDevopsClient, path: string, wanted: Wanted): Promise<string> {
  const { log, maxBytes, signal } = wanted;
  const lines = log.lineCount ?? 0;
  const query = lines > MAX_LINES ? { startLine: String(lines - MAX_LINES) } : {};
  try {
    return await client.getText({ path, query, signal }, maxBytes);
  } catch (error) {
    // A log can be listed before it can be read.
    if (error instanceof PermanentError && error.code === 'NOT_FOUND') return '';
    throw error;
  }
}
