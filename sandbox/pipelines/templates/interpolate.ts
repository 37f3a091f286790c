import { evaluate } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import { kindOf, text, toText, type Value } from '../expressions/value.ts';
import { contextsOf, type Scope } from './scope.ts';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string };

/** Whether anything in a text is to be worked out when the file is expanded. */
export function hasExpression(source: string): boolean {
  return source.includes('${{');
}

/**
 * A text with every `${{ }}` in it worked out. One that is all of the text gives its value as it
 * is, structure included; others give text.
 * @throws {ExpressionError} an expression cannot be read, or has no value
 */
export function interpolate(source: string, scope: Scope): Value {
  const parts = split(source);
  const contexts = contextsOf(scope);
  const [first] = parts;
  if (parts.length === 1 && first?.kind === 'expression') {
    return evaluate(first.source, { contexts });
  }
  const pieces = parts.map((part) =>
    part.kind === 'text' ? part.text : string(evaluate(part.source, { contexts })),
  );
  return text(pieces.join(''));
}

function split(source: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (;;) {
    const start = source.indexOf('${{', from);
    if (start < 0) break;
    const end = closing(source, start + 3);
    if (end < 0)
      throw new ExpressionError(`The expression is not closed: '${source.slice(start)}'`);
    if (start > from) parts.push({ kind: 'text', text: source.slice(from, start) });
    parts.push({ kind: 'expression', source: source.slice(start + 3, end).trim() });
    from = end + 2;
  }
  if (from < source.length) parts.push({ kind: 'text', text: source.slice(from) });
  return parts;
}

/** Where `}}` ends an expression: not within its quotes. */
function closing(source: string, from: number): number {
  let quoted = false;
  for (let i = from; i < source.length; i += 1) {
    if (source[i] === "'") quoted = !quoted;
    else if (!quoted && source.startsWith('}}', i)) return i;
  }
  return -1;
}

function string(value: Value): string {
  const shown = toText(value);
  if (shown !== null) return shown;
  const kind = kindOf(value);
  throw new ExpressionError(`Unable to convert from ${kind} to String. Value: ${kind}`);
}
