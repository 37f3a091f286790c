import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';

import { listen } from '../../kit/listen.ts';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Told = { readonly status: number; readonly headers?: Record<string, string> };

/** Hears webhooks, and answers as it is told to; when it is told nothing more, with a 200. */
export async function openReceiver(t: TestContext, told: Told[] = []) {
  const heard: Heard[] = [];
  const server = createServer();
  server.on('request', (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      heard.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      const { status, headers: more = {} } = told.shift() ?? { status: 200 };
      outgoing.writeHead(status, more);
      outgoing.end('{}');
      server.emit('heard');
    });
  });
  const listening = await listen(server);
  t.after(() => listening[Symbol.asyncDispose]());

  return {
    url: `http://127.0.0.1:${listening.port}/hook?x=1`,
    heard,
    /** So many requests, once they have come. */
    async until(count: number): Promise<readonly Heard[]> {
      const signal = AbortSignal.timeout(5000);
      while (heard.length < count) await once(server, 'heard', { signal });
      return heard;
    },
  };
}
