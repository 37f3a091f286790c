import type { z } from 'zod';

import { type Answer, answerTo, type Call, callText } from '../../lib/call.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { authorized } from '../authorized.ts';
import type { Identity } from '../identity.ts';
import { explainRefusal } from './explain-refusal.ts';

/** One project of an Azure DevOps organisation, as one identity sees it. */
export interface AzureDevopsClient {
  get<Schema extends z.ZodType>(ask: Get, schema: Schema): Promise<Answer<z.infer<Schema>>>;
  /** The beginning of a plain text. */
  getText(ask: Get, maxBytes: number): Promise<string>;
  /** A write that must not happen twice, unless said: nothing here has a key against doubles. */
  post<Schema extends z.ZodType>(ask: Post, schema: Schema): Promise<z.infer<Schema>>;
  /** A change that asks for the same state however often it is made. */
  patch<Schema extends z.ZodType>(ask: Change, schema: Schema): Promise<z.infer<Schema>>;
}

interface Get {
  /** Below `https://dev.azure.com/contoso/MLFlowHooks/_apis/`: `build/builds/7`. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

interface Change {
  readonly path: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

interface Post extends Change {
  /** Asking twice does no more than asking once: a preview. */
  readonly repeatable?: boolean;
}

interface Project {
  /** `https://dev.azure.com/contoso` */
  readonly organization: string;
  readonly project: string;
  readonly identity: Identity;
  readonly fetch: Fetch;
}

/** Azure DevOps in Entra ID. Source: MicrosoftDocs/azure-devops-docs, integrate/get-started/authentication */
export const AZURE_DEVOPS_RESOURCE = '499b84ac-1321-427f-aa17-267ca6975798';

const API_VERSION = '7.1';

/** Opens a project of an organisation. */
export function openAzureDevops(opened: Project): AzureDevopsClient {
  const { organization, project, identity, fetch } = opened;
  const base = `${organization}/${encodeURIComponent(project)}/_apis/`;

  function callFor(path: string, query: Get['query'] = {}) {
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    url.searchParams.set('api-version', API_VERSION);
    return { url, explain: explainRefusal };
  }

  const loggedIn = async <Data>(
    call: Omit<Call, 'token' | 'headers'>,
    send: (call: Call) => Promise<Data>,
  ): Promise<Data> => {
    const login = { identity, resource: AZURE_DEVOPS_RESOURCE, signal: call.signal };
    return await authorized(login, (token) => send({ ...call, token, headers }));
  };

  return {
    get: ({ path, query, signal }, schema) =>
      loggedIn({ method: 'GET', ...callFor(path, query), signal }, (call) =>
        answerTo(fetch, call, schema),
      ),
    getText: ({ path, query, signal }, maxBytes) =>
      loggedIn({ method: 'GET', ...callFor(path, query), signal }, (call) =>
        callText(fetch, { ...call, headers: { ...headers, accept: 'text/plain' } }, maxBytes),
      ),
    post: async ({ path, body, signal, repeatable = false }, schema) => {
      const call = { method: 'POST', ...callFor(path), body, signal, repeatable } as const;
      return (await loggedIn(call, (one) => answerTo(fetch, one, schema))).data;
    },
    patch: async ({ path, body, signal }, schema) => {
      const call = { method: 'PATCH', ...callFor(path), body, signal, repeatable: true } as const;
      return (await loggedIn(call, (one) => answerTo(fetch, one, schema))).data;
    },
  };
}

/**
 * Asks for a 401 where a browser would get a page to sign in, as the official clients do.
 * Source: microsoft/azure-devops-python-api `azure-devops/azure/devops/client.py`
 */
const headers = { 'x-tfs-fedauthredirect': 'Suppress' };
