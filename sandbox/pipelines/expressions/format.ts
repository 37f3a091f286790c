import { ExpressionError } from './expression-error.ts';
import { formatDate } from './format-date.ts';
import type { Lazy } from './functions.ts';
import { kindOf, toText, type Value } from './value.ts';

const piece = /\{\{|\}\}|\{(\d+)(?::([^{}]*))?\}|[{}]/g;

/** `{0}` replaced by the first argument, and so on; `{{` and `}}` stand for a brace. */
export function formatText(pattern: string, args: readonly Lazy[]): string {
  return pattern.replace(piece, (whole, index?: string, spec?: string) => {
    if (whole === '{{' || whole === '}}') return whole.slice(1);
    const arg = index === undefined ? undefined : args[Number(index)];
    if (!arg) throw new ExpressionError(`The following format string is invalid: ${pattern}`);
    return show(arg(), spec, pattern);
  });
}

function show(value: Value, spec: string | undefined, pattern: string): string {
  if (spec !== undefined) {
    if (value.kind === 'date') return formatDate(value.ms, spec);
    throw new ExpressionError(
      `The format specifiers '${spec}' are not valid for objects of type '${kindOf(value)}' in: ${pattern}`,
    );
  }
  return toText(value) ?? kindOf(value);
}
