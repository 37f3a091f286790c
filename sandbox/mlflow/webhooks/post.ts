import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

import type { OutgoingReply } from '../../kit/tools.ts';
import type { MlflowConfig } from '../mlflow-config.ts';

/** Source: mlflow/mlflow mlflow/webhooks/delivery.py: these and no others are tried again. */
const TRIED_AGAIN = new Set([429, 500, 502, 503, 504]);

/** Source: urllib3 util/retry.py, RETRY_AFTER_STATUS_CODES: also these, if they say when. */
const TRIED_AGAIN_IF_TOLD_WHEN = new Set([413, 429, 503]);

const MAX_REDIRECTS = 30;
const MAX_REPLY_BYTES = 1024 * 1024;

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly config: MlflowConfig;
  /** Ends the waits between attempts, and the attempts. */
  readonly signal: AbortSignal;
}

/** One hop of the way: after some redirects a GET without a body is left of the POST. */
interface Hop extends Post {
  readonly method: 'POST' | 'GET';
}

interface Reply extends OutgoingReply {
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
}

/**
 * Posts as Python's requests does with MLflow's settings: at most three retries, at once, after two and
 * after four seconds or when the receiver says, for 429, 5xx and broken connections; a 4xx is final; a
 * redirect is followed, by a GET that has lost the body after 301, 302 and 303.
 *
 * Source: mlflow/mlflow mlflow/webhooks/delivery.py; urllib3 util/retry.py; requests sessions.py,
 * rebuild_method; timings recorded from MLflow 3.17.2.
 * @throws {Error} nobody answered, after all attempts
 */
export async function post(order: Post): Promise<OutgoingReply> {
  let hop: Hop = { ...order, method: 'POST' };
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const reply = await withRetries(hop);
    if (reply.location === undefined) return { status: reply.status, body: reply.body };
    hop = redirected(hop, reply.status, reply.location);
  }
  throw new Error(`Exceeded ${MAX_REDIRECTS} redirects.`);
}

function redirected(hop: Hop, status: number, location: string): Hop {
  const url = new URL(location, hop.url).href;
  if (status === 307 || status === 308) return { ...hop, url };
  const { 'Content-Type': _type, ...headers } = hop.headers;
  return { ...hop, url, headers, body: '', method: 'GET' };
}

async function withRetries(hop: Hop): Promise<Reply> {
  const { webhook_max_retries: most } = hop.config;
  for (let tried = 1; ; tried += 1) {
    const [reply, error] = await attempt(hop).then(
      (answered) => [answered, null] as const,
      (cause: unknown) => [null, cause] as const,
    );
    const isFinal = reply !== null && !isTriedAgain(hop, reply);
    if (reply && (isFinal || tried > most)) return reply;
    if (tried > most || hop.signal.aborted) throw error;
    await sleep(waitMs(hop.config, tried, reply?.retryAfter), undefined, { signal: hop.signal });
  }
}

function isTriedAgain({ method }: Hop, { status, retryAfter }: Reply): boolean {
  if (method !== 'POST') return false;
  return (
    TRIED_AGAIN.has(status) || (retryAfter !== undefined && TRIED_AGAIN_IF_TOLD_WHEN.has(status))
  );
}

/** 0, then 2 and 4 times the unit with up to one of it for chance, at most 60. */
function waitMs(config: MlflowConfig, tried: number, retryAfter: string | undefined): number {
  const told = retryAfter === undefined ? Number.NaN : toldMs(retryAfter);
  if (!Number.isNaN(told)) return Math.max(0, told);
  if (tried <= 1) return 0;
  const unitMs = config.webhook_backoff * 1000;
  return Math.min(60 * unitMs, unitMs * (2 ** (tried - 1) + Math.random()));
}

function toldMs(retryAfter: string): number {
  if (/^\s*\d+\s*$/u.test(retryAfter)) return Number(retryAfter) * 1000;
  return Date.parse(retryAfter) - Date.now();
}

/** @throws {Error} nobody answered this one */
async function attempt({
  url: address,
  method,
  headers,
  body,
  config,
  signal,
}: Hop): Promise<Reply> {
  const url = new URL(address);
  const options = {
    method,
    headers: {
      'User-Agent': 'python-requests/2.34.2',
      'Accept-Encoding': 'gzip, deflate',
      Accept: '*/*',
      Connection: 'keep-alive',
      ...headers,
      ...(method === 'POST' && { 'Content-Length': String(Buffer.byteLength(body)) }),
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(config.webhook_timeout * 1000)]),
    // No connection outlives its request, so that closing waits for nobody.
    agent: false as const,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const onReply = (reply: IncomingMessage) => void read(reply).then(resolve, reject);
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, options, onReply)
      : requestHttp(url, options, onReply);
  request.on('error', reject);
  request.end(body);
  return promise;
}

async function read(reply: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= MAX_REPLY_BYTES) chunks.push(chunk);
  }
  const { location, 'retry-after': retryAfter, 'content-encoding': encoding } = reply.headers;
  const status = reply.statusCode ?? 0;
  const bytes = await decoded(Buffer.concat(chunks), encoding);
  return {
    status,
    body: bytes.toString('utf8'),
    location: status >= 300 && status < 400 ? location : undefined,
    retryAfter,
  };
}

async function decoded(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === 'gzip') return promisify(gunzip)(bytes);
  return encoding === 'deflate' ? promisify(inflate)(bytes) : bytes;
}
