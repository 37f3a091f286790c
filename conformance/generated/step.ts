import type { Step } from './target.ts';

/** A request with JSON that sets something up. */
export function step(
  method: 'POST' | 'PUT' | 'PATCH',
  path: string,
  body: unknown,
  {
    credential,
    learn = {},
  }: { credential: Readonly<Record<string, string>>; learn?: Step['learn'] },
): Step {
  const headers = { ...credential, 'content-type': 'application/json' };
  return { request: { method, path, headers, body: JSON.stringify(body) }, learn };
}
