import { z } from 'zod';

import type { Call } from './call.ts';
import {
  type ErrorCode,
  PermanentError,
  type SignalboxError,
  TransientError,
  UncertainError,
} from './errors.ts';
import { excerpt } from './excerpt.ts';
import { parseJson } from './json.ts';
import { isRepeatable } from './unanswered.ts';

/** Says what a system means by its refusal, by its own error names; undefined: as its status says. */
export type Explain = (refusal: Refusal) => Explanation | undefined;

export interface Refusal {
  readonly status: number;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

export interface Explanation {
  /** `BUSY` means: again later. Any other: again cannot help. */
  readonly code?: ErrorCode;
  readonly hint?: string | undefined;
}

/** The answers that say: I did not even begin. */
const UNTOUCHED = new Set([408, 425, 429, 503]);

const codes: Readonly<Record<number, ErrorCode>> = {
  203: 'LOGIN_REFUSED',
  401: 'LOGIN_REFUSED',
  403: 'NOT_PERMITTED',
  404: 'NOT_FOUND',
  410: 'NOT_FOUND',
};

/** No service asks for a longer pause and means it. */
const LONGEST_PAUSE_MS = 15 * 60 * 1000;

/** The error for an answer that is no success: what the engine is to do next. */
export function refusal(call: Call, response: Response, text: string): SignalboxError {
  const body = jsonIn(text);
  const { code, hint } = call.explain?.({ status: response.status, body }) ?? {};
  const words = excerpt(wordsIn(body) ?? text, call.token);
  const message = `${call.url.host} answered ${response.status}: ${words}`;
  const details = { hint, retryAfterMs: retryAfterMs(response.headers) };

  const isBusy = code === undefined ? isUntouched(call, response, body) : code === 'BUSY';
  if (isBusy) return new TransientError('BUSY', message, details);
  if (code !== undefined) return new PermanentError(code, message, details);
  return byStatus(call, response.status, { message, details });
}

interface Saying {
  readonly message: string;
  readonly details: { readonly hint: string | undefined };
}

function byStatus(call: Call, status: number, { message, details }: Saying): SignalboxError {
  if (status < 500) return new PermanentError(codeOf(status), message, details);
  return isRepeatable(call)
    ? new TransientError('UNANSWERED', message, details)
    : new UncertainError('UNANSWERED', message, details);
}

/**
 * A gateway answers 503 too when it has lost the service in the middle of a request. Its page is
 * no JSON and asks for no pause, so that a write which must not happen twice is looked for first.
 */
function isUntouched(call: Call, { status, headers }: Response, body: unknown): boolean {
  if (!UNTOUCHED.has(status)) return false;
  return status !== 503 || isRepeatable(call) || body !== undefined || headers.has('retry-after');
}

/** What is no error by its status, and yet came here, is a page to sign in. */
function codeOf(status: number): ErrorCode {
  return codes[status] ?? (status < 400 ? 'LOGIN_REFUSED' : 'REFUSED');
}

/** The members in which the services that we know say why, of Databricks, Azure DevOps and Entra ID. */
const Words = z.union([
  z.object({ message: z.string().min(1) }).transform(({ message }) => message),
  z.object({ error_description: z.string().min(1) }).transform((said) => said.error_description),
]);

function wordsIn(body: unknown): string | undefined {
  return Words.safeParse(body).data;
}

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Reads `Retry-After`: seconds, or a date, counted from the answer's own `Date`. */
function retryAfterMs(headers: Headers): number | undefined {
  const said = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(said)
    ? Number(said) * 1000
    : Date.parse(said) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS);
}
