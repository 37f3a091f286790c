import { setTimeout } from 'node:timers/promises';

import { AZURE_DEVOPS_RESOURCE } from '../../src/clients/azure-devops/azure-devops-client.ts';
import { DATABRICKS_RESOURCE } from '../../src/clients/databricks/databricks-client.ts';
import type { Fetch } from '../../src/lib/fetch.ts';

/** Sooner than the services do: what is waited for is no memory. */
const LATENCY_MS = 20;

/** Answers like the services do, of runs that all go on; and counts. */
export interface Answers {
  readonly fetch: Fetch;
  readonly calls: () => number;
}

/** Services in this process: what they take of its memory is counted as ours. */
export function openAnswers(): Answers {
  let calls = 0;
  return {
    calls: () => calls,
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.pathname.endsWith('/token')) return tokenFor(init?.body);
      calls += 1;
      await setTimeout(LATENCY_MS);
      return answerTo(url);
    },
  };
}

function answerTo({ pathname, searchParams }: URL): Response {
  if (pathname.endsWith('/runs/list')) return Response.json({ has_more: false });
  if (pathname.endsWith('/timeline')) return Response.json({ records: RECORDS });
  const ids = searchParams.get('buildIds');
  if (ids !== null) return Response.json({ value: ids.split(',').map(buildOf) });
  return Response.json(buildOf(pathname.split('/').at(-1) ?? ''));
}

/** As many members as a build really has, and about as long. */
function buildOf(id: string) {
  return {
    id: Number(id),
    buildNumber: `20261123.${id}`,
    status: 'inProgress',
    definition: { id: 3, name: 'release', path: '\\', type: 'build', revision: 1 },
    queueTime: '2026-11-23T08:00:00.0000000Z',
    startTime: '2026-11-23T08:00:00.0000000Z',
    sourceVersion: 'f'.repeat(40),
    requestedFor: { displayName: 'sp-mlops', descriptor: 'd'.repeat(60) },
    repository: { id: 'r'.repeat(36), type: 'TfsGit', name: 'wine-quality' },
    logs: { id: 0, type: 'Container', url: 'u'.repeat(120) },
    properties: {},
    tags: [],
    templateParameters: { signalbox_key: id.padStart(52, 'a') },
    _links: { web: { href: `https://dev.azure.com/contoso/ml/_build/results?buildId=${id}` } },
  };
}

const RECORDS = ['Stage', 'Phase', 'Job', 'Task', 'Task', 'Task'].map((type, order) => ({
  id: `${type}-${order}`,
  parentId: null,
  type,
  name: `${type} ${order}`,
  state: 'inProgress',
  order,
  attempt: 1,
  issues: [],
}));

function tokenFor(body: unknown): Response {
  const isDatabricks = String(body).includes(DATABRICKS_RESOURCE);
  const aud = isDatabricks ? DATABRICKS_RESOURCE : AZURE_DEVOPS_RESOURCE;
  const claims = { aud, exp: Math.floor(Date.now() / 1000) + 86_400_000 };
  const parts = [{ alg: 'none' }, claims, {}].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return Response.json({ access_token: parts.join('.') });
}
