import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

import { z } from 'zod';

/** Answers a request badly; what is not answered stays unanswered. */
export type Badly = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * As much of Azure DevOps as a run needs, on a port of its own, which a test lets answer badly: the
 * sandbox answers as Azure DevOps does, and this does not.
 */
export interface AzureStandIn {
  /** `http://127.0.0.1:PORT/contoso` */
  readonly organization: string;
  /** How it answers a start, a search for one, and a look at a run; null: as it should. */
  readonly bad: { start: Badly | null; find: Badly | null; look: Badly | null };
  /** The keys of the runs that were started. */
  readonly started: readonly string[];
  /** How many requests came. */
  readonly requests: () => number;
}

const Asked = z.object({ templateParameters: z.object({ signalbox_key: z.string() }) });

export async function openAzureStandIn(t: TestContext): Promise<AzureStandIn> {
  const started: string[] = [];
  const bad: AzureStandIn['bad'] = { start: null, find: null, look: null };
  let requests = 0;

  async function start(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { templateParameters } = Asked.parse(JSON.parse(await text(request)));
    started.push(templateParameters.signalbox_key);
    if (bad.start) bad.start(request, response);
    else sendJson(response, startedRun(started.length));
  }

  function look(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const isList = pathname.endsWith('/builds');
    const badly = searchParams.has('definitions') ? bad.find : bad.look;
    if (badly) badly(request, response);
    else if (pathname.endsWith('/timeline')) sendJson(response, { records: [JOB] });
    else if (isList)
      sendJson(response, { value: started.map((key, index) => buildOf(index + 1, key)) });
    else sendJson(response, buildOf(Number(pathname.split('/').at(-1)), ''));
  }

  const server = createServer((request, response) => {
    requests += 1;
    if (request.method === 'POST') void start(request, response);
    else look(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    organization: `http://127.0.0.1:${port}/contoso`,
    bad,
    started,
    requests: () => requests,
  };
}

/** Answers as it should. */
export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const LINKS = { web: { href: 'https://dev.azure.com/contoso/ml/_build/results' } };
const JOB = {
  id: 'j',
  type: 'Job',
  name: 'Job',
  state: 'completed',
  result: 'succeeded',
  order: 1,
};

/** The answer to the start of a run. */
export function startedRun(id: number) {
  return { id, _links: LINKS };
}

function buildOf(id: number, signalbox_key: string) {
  return {
    id,
    buildNumber: `20261123.${id}`,
    status: 'completed',
    result: 'succeeded',
    definition: { id: 1, name: 'nightly' },
    templateParameters: { signalbox_key },
    _links: LINKS,
  };
}
