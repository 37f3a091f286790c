import {
  compileExpression,
  type Declarations,
  ExpressionError,
  type Variables,
} from '../lib/cel.ts';

/** A text with `${{ CEL }}` in it, compiled. */
export interface Template {
  /** @throws {ExpressionError} a value that only shows when it is evaluated */
  render(variables: Variables): string;
}

const OPEN = '${{';
const CLOSE = '}}';

/**
 * Compiles the expressions in a text; a text without any renders as it is.
 * @throws {ExpressionError} with its offset counted from the beginning of the text
 */
export function compileTemplate(text: string, declarations: Declarations): Template {
  const parts = split(text).map((part) =>
    part.kind === 'text' ? () => part.text : renderer(part, declarations),
  );
  return { render: (variables) => parts.map((part) => part(variables)).join('') };
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number };

function split(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    if (open < 0) return [...parts, { kind: 'text', text: text.slice(at) }];
    const close = text.indexOf(CLOSE, open);
    if (close < 0) throw new ExpressionError(`"${OPEN}" without "${CLOSE}"`, open, null);
    const source = text.slice(open + OPEN.length, close);
    const indent = source.length - source.trimStart().length;
    parts.push({ kind: 'text', text: text.slice(at, open) });
    parts.push({ kind: 'expression', source: source.trim(), offset: open + OPEN.length + indent });
    at = close + CLOSE.length;
  }
}

function renderer(part: Part & { kind: 'expression' }, declarations: Declarations) {
  try {
    const expression = compileExpression(part.source, declarations);
    return (variables: Variables) => String(expression.evaluate(variables));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(error.message, part.offset + error.offset, error.hint, error);
  }
}
