import { z } from 'zod';

import type { Call } from '../kit/action.ts';
import { invalidParameter } from './api-error.ts';

/**
 * What the caller sent, from the query and from the body alike: Databricks takes either.
 *
 * Source: databricks/run-notebook (GET with a body), docs.databricks.com/mlflow/model-registry-webhooks
 * (DELETE with a body), databricks-sdk-py (query).
 * @throws {ApiError} 400, naming the field
 */
export async function inputOf<Schema extends z.ZodType>(
  call: Pick<Call<unknown>, 'url' | 'json'>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(call.url.searchParams.keys())) {
    const values = call.url.searchParams.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  const body = await call.json();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SyntaxError('The body is no object');
  }
  const parsed = schema.safeParse({ ...query, ...body });
  if (parsed.success) return parsed.data;
  throw invalidParameter(complaint(parsed.error));
}

/** Numbers arrive as JSON numbers, in a query as text, and as text from the older clients. */
export const Int = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/u)
    .transform(Number),
]);

/** `true`, or `true` as a query spells it. */
export const Flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);

/** One value or several: a query repeats its keys. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.union([z.array(item), item.transform((one) => [one])]);
}

function complaint(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.join('.') ?? '';
  const missing = issue?.code === 'invalid_type' && issue.message.endsWith('undefined');
  if (missing) return `Missing required field: ${path}`;
  return path ? `Invalid value for ${path}: ${issue?.message}` : (issue?.message ?? 'Invalid');
}
