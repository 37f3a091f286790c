import { randomUUID } from 'node:crypto';

import { apiVersion } from './api-version.ts';
import type { Identity } from './identity.ts';
import type { AzureDevopsCall } from './state.ts';

/**
 * An answer in JSON, with the headers that stand on every one: `X-VSS-UserData` says who called.
 * Source: recordings of Azure/azure-devops-cli-extension
 */
export function respond(
  call: AzureDevopsCall,
  caller: Identity,
  body: unknown,
  status = 200,
): Response {
  const version = apiVersion(call.request) ?? '7.1';
  return Response.json(body, {
    status,
    headers: {
      ...standardHeaders(caller),
      'content-type': `application/json; charset=utf-8; api-version=${version}`,
    },
  });
}

/** The headers of every answer but those of errors. */
export function standardHeaders(caller: Identity): Record<string, string> {
  const activity = randomUUID();
  return {
    activityid: activity,
    'cache-control': 'no-cache',
    'x-tfs-processid': '00000000-0000-4000-8000-000000000001',
    'x-tfs-session': activity,
    'x-vss-e2eid': activity,
    'x-vss-userdata': `${caller.id}:${caller.uniqueName}`,
  };
}

/** Several things as the API lists them. */
export function listed<T>(value: readonly T[]): { count: number; value: readonly T[] } {
  return { count: value.length, value };
}
