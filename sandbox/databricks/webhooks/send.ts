import { createHmac } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import type { HttpUrlSpec } from './webhook.ts';

/** What Databricks does about a receiver that fails is documented nowhere; so: once, then forgotten. */
const SENDING_POLICY = { attempts: 1, timeoutMs: 10_000 } as const;

const MAX_REPLY_BYTES = 64 * 1024;

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends one webhook request and waits for its answer; redirects are not followed.
 *
 * Source: docs.databricks.com/mlflow/model-registry-webhooks: X-Databricks-Signature is the lower-case
 * hex HMAC-SHA256 of the body and comes with a secret only; `authorization` is sent as it is.
 * @throws {Error} nobody answered
 */
export async function send(spec: HttpUrlSpec, body: string): Promise<Reply> {
  const url = new URL(spec.url);
  const raw = Buffer.from(body);
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Content-Length': String(raw.length),
  };
  if (spec.secret) headers['X-Databricks-Signature'] = signature(spec.secret, raw);
  if (spec.authorization) headers['Authorization'] = spec.authorization;

  const options = {
    method: 'POST',
    headers,
    signal: AbortSignal.timeout(SENDING_POLICY.timeoutMs),
    // No connection outlives its request, so that closing waits for nobody.
    agent: false as const,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const onReply = (reply: IncomingMessage) => void read(reply).then(resolve, reject);
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, rejectUnauthorized: spec.enable_ssl_verification }, onReply)
      : requestHttp(url, options, onReply);
  request.on('error', reject);
  request.end(raw);
  return promise;
}

/** Lower-case hex HMAC-SHA256. */
export function signature(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

async function read(reply: IncomingMessage): Promise<Reply> {
  let body = '';
  reply.setEncoding('utf8');
  for await (const chunk of reply) {
    if (body.length < MAX_REPLY_BYTES) body += String(chunk);
  }
  return { status: reply.statusCode ?? 0, body: body.slice(0, MAX_REPLY_BYTES) };
}
