import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';

import type { SandboxProcess } from '../sandbox-process.ts';
import type { GeneratedRequest } from './request.ts';

const LONGEST_MS = 20_000;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends requests to one host of the sandbox, over connections that are kept. */
export interface Sender extends Disposable {
  /** @throws {Error} the connection was cut, or there was no answer in time */
  send(request: GeneratedRequest): Promise<Answer>;
}

/** The way to a host, through the sandbox's proxy. */
export function openSender({ proxy, ca }: SandboxProcess, host: string): Sender {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ca: readFileSync(ca, 'utf8'),
    proxyEnv: { HTTPS_PROXY: proxy },
  });
  return {
    send({ method, path, headers, body }) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const sent = Buffer.from(body ?? '', 'utf8');
      const outgoing = httpsRequest(
        {
          agent,
          host,
          method,
          path,
          headers: { ...headers, ...(body !== null && { 'content-length': String(sent.length) }) },
          timeout: LONGEST_MS,
          // What was sent in a query may come back in a header.
          maxHeaderSize: 1024 * 1024,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const type = incoming.headers['content-type'] ?? '';
            const text = Buffer.concat(chunks).toString();
            resolve({ status: incoming.statusCode ?? 0, type, text });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error('there was no answer in time')));
      outgoing.end(body === null ? undefined : sent);
      return promise;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
