import type { z } from 'zod';

import { PermanentError, UncertainError } from './errors.ts';
import type { Fetch } from './fetch.ts';
import { parseJson } from './json.ts';
import { type Explain, refusal } from './refusal.ts';
import type { Secret } from './secret.ts';
import { isRepeatable, unanswered } from './unanswered.ts';

/** One request to another system. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly token?: Secret;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as a form when it is `URLSearchParams`. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** For the whole of it, the answer's last byte included. */
  readonly timeoutMs?: number;
  /** Asking twice does no more than asking once. Always true of GET; of others, when said. */
  readonly repeatable?: boolean;
  /** What the other side means by a refusal, where the status alone does not say it. */
  readonly explain?: Explain;
}

/** An answer with what its headers say: the token of the next page. */
export interface Answer<Data> {
  readonly data: Data;
  readonly headers: Headers;
}

/** Azure DevOps may hold a request for half a minute before it answers. */
const TIMEOUT_MS = 60_000;

/** More than the longest timeline or page of runs; what is longer is not meant for us. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * Sends one request and reads its JSON answer; an empty answer reads as `null`.
 *
 * @throws {TransientError} nothing happened: busy, not reached, or a read that went unanswered
 * @throws {UncertainError} a write went unanswered, or unreadably so: it may have taken effect
 * @throws {PermanentError} it was refused (a sign-in page is a refusal), or has another shape
 */
export async function callJson<Schema extends z.ZodType>(
  fetch: Fetch,
  call: Call,
  schema: Schema,
): Promise<z.infer<Schema>> {
  return (await answerTo(fetch, call, schema)).data;
}

/** The same as `callJson`, with the headers of the answer. */
export async function answerTo<Schema extends z.ZodType>(
  fetch: Fetch,
  call: Call,
  schema: Schema,
): Promise<Answer<z.infer<Schema>>> {
  const { response, text, isWhole } = await exchange(fetch, call, MAX_JSON_BYTES);
  const isJson = /^(application|text)\/([\w.-]+\+)?json\b/i.test(contentType(response));
  if (!isWhole || (text !== '' && !isJson)) throw unreadable(call);

  const answer = schema.safeParse(parsed(call, text));
  if (!answer.success) throw unreadable(call, answer.error);
  return { data: answer.data, headers: response.headers };
}

/** Sends one request and reads the beginning of its answer as text, such as a log. */
export async function callText(fetch: Fetch, call: Call, maxBytes: number): Promise<string> {
  return (await exchange(fetch, call, maxBytes)).text;
}

interface Exchange extends Body {
  readonly response: Response;
}

async function exchange(fetch: Fetch, call: Call, maxBytes: number): Promise<Exchange> {
  call.signal.throwIfAborted();
  const { response, ...body } = await send(fetch, call, maxBytes).catch((cause: unknown) => {
    throw unanswered(call, cause);
  });
  if (!response.ok || isSignInPage(response)) throw refusal(call, response, body.text);
  return { response, ...body };
}

async function send(fetch: Fetch, call: Call, maxBytes: number): Promise<Exchange> {
  const timeout = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  const response = await fetch(call.url, {
    method: call.method,
    headers: headersOf(call),
    // A redirect of an API leads to a sign-in page, and would carry our token there.
    redirect: 'manual',
    signal: AbortSignal.any([call.signal, timeout]),
    ...(call.body !== undefined && { body: bodyOf(call.body) }),
  });
  return { response, ...(await readBody(response, maxBytes)) };
}

function headersOf({ token, headers, body }: Call): Headers {
  const all = new Headers({ accept: 'application/json', ...headers });
  if (token) all.set('authorization', `Bearer ${token.reveal()}`);
  if (body !== undefined && !(body instanceof URLSearchParams)) {
    all.set('content-type', 'application/json');
  }
  return all;
}

function bodyOf(body: unknown): string | URLSearchParams {
  return body instanceof URLSearchParams ? body : JSON.stringify(body);
}

interface Body {
  /** Without its byte order mark. */
  readonly text: string;
  readonly isWhole: boolean;
}

async function readBody(response: Response, maxBytes: number): Promise<Body> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const chunks: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of chunks ?? []) {
    const rest = chunk.subarray(0, maxBytes - bytes);
    text += decoder.decode(rest, { stream: true });
    bytes += rest.length;
    if (rest.length < chunk.length) return { text: text + decoder.decode(), isWhole: false };
  }
  return { text: text + decoder.decode(), isWhole: true };
}

/**
 * A token that is not believed is answered with a page to sign in, and a 2xx.
 * Source: microsoft/azure-devops-auth-samples#52, MicrosoftDocs/vsts-rest-api-specs#97 (203);
 * databricks-sdk-py `databricks/sdk/errors/private_link.py` (200 after a redirect)
 */
function isSignInPage(response: Response): boolean {
  return response.status === 203 || /^text\/html\b/i.test(contentType(response));
}

function contentType(response: Response): string {
  return response.headers.get('content-type') ?? '';
}

function parsed(call: Call, text: string): unknown {
  if (text === '') return null;
  try {
    return parseJson(text);
  } catch (cause) {
    // Cut off on its way, more often than not: the next answer will do.
    throw unanswered(call, cause);
  }
}

function unreadable(call: Call, cause?: Error): PermanentError | UncertainError {
  const Kind = isRepeatable(call) ? PermanentError : UncertainError;
  return new Kind('UNREADABLE', `${call.url.host} sent an answer that we cannot read`, { cause });
}
