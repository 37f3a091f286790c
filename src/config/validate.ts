import { z } from 'zod';

import { nearest } from '../lib/nearest.ts';
import type { Problem } from './problem.ts';
import type { Path, SourceText } from './source-text.ts';

export type Validated<Value> =
  | { readonly kind: 'valid'; readonly value: Value }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Checks the value at `path` of the file, and says of each problem where it stands. */
export function validate<Schema extends z.ZodType>(
  text: SourceText,
  path: Path,
  { schema, value }: { readonly schema: Schema; readonly value: unknown },
): Validated<z.infer<Schema>> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { kind: 'valid', value: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => {
    const at = [...path, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => text.problem(at, { key, ...unknownKey(key, known) }));
    }
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
    const message = isMissing ? 'is missing' : lowerFirst(issue.message);
    return [text.problem(at, { message })];
  });
  return { kind: 'invalid', problems };
}

function unknownKey(key: string, known: readonly string[]) {
  const meant = nearest(key, known);
  const hint = meant ? `did you mean "${meant}"?` : `known are ${known.join(', ')}`;
  return { message: `unknown key "${key}"`, hint: known.length > 0 ? hint : null };
}

/** The keys that the schema knows at a path inside it. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let inner: unknown = unwrapped(schema);
  for (const part of path) inner = unwrapped(child(inner, part));
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function child(schema: unknown, part: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return Reflect.get(schema.shape, part);
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrapped(schema: unknown): unknown {
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
