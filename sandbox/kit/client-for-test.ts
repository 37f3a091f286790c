import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';

/** What a client heard, as far as it got. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** What went wrong while the body was read; null: nothing. */
  readonly error: unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form if it is one, and as JSON otherwise. */
  readonly body?: unknown;
}

/** An ordinary client that knows the proxy of a sandbox, and believes in this authority. */
export interface TestClient extends Disposable {
  ask(url: string, asked?: Asked): Promise<Answered>;
}

/** A client of this test's own process. */
export async function openClient(proxyUrl: string, caPath: string): Promise<TestClient> {
  const ca = await readFile(caPath);
  const agent = new Agent({ proxyEnv: { HTTPS_PROXY: proxyUrl }, ca });
  return {
    ask(url, { method, headers = {}, body } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Answered>();
      const sent = encoded(body);
      const request = requestHttps(url, {
        agent,
        method: method ?? (sent ? 'POST' : 'GET'),
        headers: { ...(sent && { 'content-type': sent.type }), ...headers },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += String(chunk);
        });
        const end = (error: unknown) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, error });
        response.on('error', end);
        response.on('end', () => end(null));
      });
      request.end(sent?.text);
      return promise;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function encoded(body: unknown): { readonly type: string; readonly text: string } | null {
  if (body === undefined) return null;
  return body instanceof URLSearchParams
    ? { type: 'application/x-www-form-urlencoded', text: body.toString() }
    : { type: 'application/json', text: JSON.stringify(body) };
}
