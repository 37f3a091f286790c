import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody who listens for webhooks, and answers each with this status. */
export async function receive(t: TestContext, status = 200) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(status).end('OK');
      server.emit('heard');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hooks/databricks/w1`,
    /** What was heard, once there are this many. */
    async requests(count: number): Promise<readonly Heard[]> {
      while (heard.length < count) {
        await once(server, 'heard', { signal: AbortSignal.timeout(3000) });
      }
      return heard;
    },
  };
}
