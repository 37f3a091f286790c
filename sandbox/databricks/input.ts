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
  return checked(schema, { ...query, ...body });
}

/** @throws {ApiError} 400, naming the field */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidParameter(complaint(parsed.error, input));
}

/** Numbers arrive as JSON numbers, in a query as text, and as text from the older clients. */
export const Int = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/u)
    .transform(Number)
    .pipe(z.int()),
]);

/** As long as a timer of Node can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const Milliseconds = Int.pipe(z.int().min(0).max(MAX_TIMER_MS));
export const Seconds = Int.pipe(
  z
    .int()
    .min(0)
    .max(Math.floor(MAX_TIMER_MS / 1000)),
);

/** `true`, or `true` as a query spells it. */
export const Flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);

/** One value or several: a query repeats its keys. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.union([z.array(item), item.transform((one) => [one])]);
}

function complaint({ issues }: z.ZodError, input: unknown): string {
  const { path = [], message = 'Invalid' } = issues[0] ?? {};
  const name = path.join('.');
  if (name === '') return message;
  const isMissing = valueAt(input, path) === undefined;
  return isMissing ? `Missing required field: ${name}` : `Invalid value for ${name}: ${message}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = new Map<PropertyKey, unknown>(Object.entries(value)).get(String(key));
  }
  return value;
}
