import type { z } from 'zod';

import { type Call, callJson } from '../../lib/call.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { authorized } from '../authorized.ts';
import type { Identity } from '../identity.ts';
import { explainRefusal } from './explain-refusal.ts';

/** One Databricks workspace, as one identity sees it. */
export interface DatabricksClient {
  get<Schema extends z.ZodType>(ask: Get, schema: Schema): Promise<z.infer<Schema>>;
  post<Schema extends z.ZodType>(ask: Send, schema: Schema): Promise<z.infer<Schema>>;
  patch<Schema extends z.ZodType>(ask: Send, schema: Schema): Promise<z.infer<Schema>>;
}

interface Get {
  /** `/api/2.2/jobs/runs/get` */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

interface Send {
  readonly path: string;
  readonly body: unknown;
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

/**
 * Azure Databricks in Entra ID, in the public, US government and China clouds alike.
 * Source: databricks-sdk-py `databricks/sdk/environments.py`
 */
export const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/** Opens a workspace by its address: `https://adb-1234567890123456.7.azuredatabricks.net`. */
export function openDatabricks({ host, identity, fetch }: Workspace): DatabricksClient {
  const send = async <Schema extends z.ZodType>(call: Omit<Call, 'token'>, schema: Schema) => {
    const login = { identity, resource: DATABRICKS_RESOURCE, signal: call.signal };
    return await authorized(login, (token) =>
      callJson(fetch, { ...call, token, explain: explainRefusal }, schema),
    );
  };

  return {
    get: ({ path, query, signal }, schema) => {
      const url = new URL(path, host);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      return send({ method: 'GET', url, signal }, schema);
    },
    post: ({ path, ...rest }, schema) =>
      send({ method: 'POST', url: new URL(path, host), ...rest }, schema),
    patch: ({ path, ...rest }, schema) =>
      send({ method: 'PATCH', url: new URL(path, host), ...rest }, schema),
  };
}

interface Workspace {
  readonly host: string;
  readonly identity: Identity;
  readonly fetch: Fetch;
}
