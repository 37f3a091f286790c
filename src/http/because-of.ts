import type { z } from 'zod';

/** The first thing that is wrong with what was sent: `limit: must be at most 500`. */
export function becauseOf({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.') ?? '';
  return `${path === '' ? 'the request' : path}: ${issue?.message ?? 'not understood'}`;
}
