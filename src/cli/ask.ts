import { Option } from 'commander';
import { z } from 'zod';

import { PermanentError, TransientError } from '../lib/errors.ts';

/** How a command reaches the running service. */
export interface ServiceOptions {
  readonly service: string;
}

/** `--service URL`: which running service to ask. */
export function serviceOption(): Option {
  return new Option('-s, --service <url>', 'the running service')
    .env('SIGNALBOX_URL')
    .default('http://127.0.0.1:4400');
}

/** `-o json`: what the API answered, instead of words. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'text or json')
    .choices(['text', 'json'])
    .default('text');
}

const Refusal = z.object({ error: z.string(), hint: z.string().optional() });

/**
 * The service's answer as JSON, for a GET or, with a body, a POST.
 *
 * The token of `SIGNALBOX_TOKEN` goes along where it is set.
 * @throws {TransientError} the service does not answer, or cannot just now
 * @throws {PermanentError} it refuses
 */
export async function ask(url: URL, body?: unknown): Promise<unknown> {
  const token = process.env['SIGNALBOX_TOKEN'];
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const request =
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw new TransientError('UNREACHABLE', `no service answers at ${url.origin}`, {
      cause,
      hint: 'start it with "signalbox serve", or name another with --service',
    });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const refusal = Refusal.safeParse(answer);
  const message = refusal.data?.error ?? `status ${response.status}`;
  if (response.status >= 500) {
    throw new TransientError('BUSY', `${url.origin} says: ${message}`, {
      hint: refusal.data?.hint,
    });
  }
  const code = response.status === 401 ? 'NOT_PERMITTED' : 'REFUSED';
  throw new PermanentError(code, `${url.origin} says: ${message}`, { hint: refusal.data?.hint });
}
