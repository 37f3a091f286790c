import { createServer, type IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { Stage } from '../demo/stage.ts';

export const CONNECTION = '0d3c2f10-6f0e-4a55-9d2c-3f1f5a6b7c8d';
export const JOB_TOKEN = 'job-token-of-this-job';

/** The two requests by which jobs get their tokens, which the sandbox's issuers sign. */
export interface CiSystem extends AsyncDisposable {
  /** Where a job asks for a token that says this of it. */
  url(subject: string): string;
}

type Order = Readonly<Record<string, unknown>>;

/** Opens it on a port of its own. */
export async function openCiSystem(stage: Stage): Promise<CiSystem> {
  const server = createServer((request, response) => {
    const order = orderIn(request);
    response.setHeader('content-type', 'application/json');
    if (order === null || request.headers.authorization !== `Bearer ${JOB_TOKEN}`) {
      response.writeHead(401).end('{}');
      return;
    }
    const name = order.issuer === 'github' ? 'value' : 'oidcToken';
    void mint(stage, order).then((text) => response.end(JSON.stringify({ [name]: text })));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: (subject) => `http://127.0.0.1:${port}/oidc?subject=${encodeURIComponent(subject)}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** By POST Azure Pipelines, by GET GitHub, for the audience that is asked for. */
function orderIn({ method, url = '' }: IncomingMessage) {
  const { searchParams } = new URL(url, 'http://ci');
  const subject = searchParams.get('subject') ?? '';
  if (method === 'POST') {
    const connection = searchParams.get('serviceConnectionId');
    const isKnown = connection === null || connection === CONNECTION;
    return isKnown ? { issuer: 'azure-pipelines', subject } : null;
  }
  const audience = searchParams.get('audience');
  return audience === null ? null : { issuer: 'github', subject, audience };
}

/** A token that an issuer of the sandbox signs. */
export async function mint(stage: Stage, order: Order): Promise<string> {
  const response = await fetch(new URL('/_sandbox/assertions', stage.sandbox.admin), {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    body: JSON.stringify(order),
  });
  const body: unknown = await response.json();
  return z.object({ assertion: z.string() }).parse(body).assertion;
}
