import { z } from 'zod';

import { nearest } from '../lib/nearest.ts';
import type { Problem } from './problem.ts';
import type { Path, SourceText } from './source-text.ts';

export type Validated<Value> =
  | { readonly kind: 'valid'; readonly value: Value }
  | {
      readonly kind: 'invalid';
      readonly problems: readonly Problem[];
      /** What is right but for unknown keys, so that what else is wrong can be found, too. */
      readonly rest: Value | undefined;
    };

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
      const known = keysAt(schema, issue.path, value);
      return issue.keys.map((key) => text.problem(at, { key, ...unknownKey(key, known) }));
    }
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
    const message = isMissing ? 'is missing' : lowerFirst(issue.message);
    return [text.problem(at, { message })];
  });
  const rest = schema.safeParse(withoutUnknownKeys(value, parsed.error.issues));
  return { kind: 'invalid', problems, rest: rest.data };
}

function withoutUnknownKeys(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = cloned(value);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const at = issue.path.reduce<unknown>(
      (inner, part) => (isObject(inner) ? Reflect.get(inner, part) : undefined),
      copy,
    );
    for (const key of issue.keys) if (isObject(at)) Reflect.deleteProperty(at, key);
  }
  return copy;
}

/** A copy as deep as lists and plain objects go; secrets stay the very same. */
function cloned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloned);
  const isPlain = isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloned(inner)]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function unknownKey(key: string, known: readonly string[]) {
  const meant = nearest(key, known);
  const hint = meant ? `did you mean "${meant}"?` : `known are ${known.join(', ')}`;
  return { message: `unknown key "${key}"`, hint: known.length > 0 ? hint : null };
}

/** The keys that the schema knows at a path inside it, for a value of this kind. */
function keysAt(schema: z.ZodType, path: Path, value: unknown): readonly string[] {
  let inner: unknown = unwrapped(schema, value);
  let within: unknown = value;
  for (const part of path) {
    within = isObject(within) ? Reflect.get(within, part) : undefined;
    inner = unwrapped(child(inner, part), within);
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function child(schema: unknown, part: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return Reflect.get(schema.shape, part);
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrapped(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodPipe) {
    return unwrapped(schema.in instanceof z.ZodTransform ? schema.out : schema.in, value);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) return unwrapped(optionFor(schema, value), value);
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable;
  return isWrapper ? unwrapped(schema.unwrap(), value) : schema;
}

/** The one of its shapes that the value says it has. */
function optionFor({ options, def }: z.ZodDiscriminatedUnion, value: unknown): unknown {
  const { discriminator } = def;
  const said: unknown = isObject(value) ? Reflect.get(value, discriminator) : undefined;
  return options.find((option) => {
    const literal = child(unwrapped(option, value), discriminator);
    return literal instanceof z.ZodLiteral && literal.safeParse(said).success;
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
