import { errorIn } from './answers.ts';

export type Ask = (path: string, post?: unknown) => Promise<Answer>;

export type Answer =
  | { readonly kind: 'answer'; readonly body: unknown }
  /** The service is there, and says no. */
  | { readonly kind: 'refusal'; readonly status: number; readonly because: string };

const PATIENCE_MS = 15_000;

/**
 * Asks the service, by POST where there is something to post.
 * @throws {TypeError | DOMException} no answer came, or none that can be read
 */
export async function ask(path: string, post?: unknown): Promise<Answer> {
  const response = await fetch(`/api${path}`, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(post !== undefined && {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(post),
    }),
  });
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) return { kind: 'answer', body };
  const because = errorIn(body) || `the service answered ${response.status}`;
  return { kind: 'refusal', status: response.status, because };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
