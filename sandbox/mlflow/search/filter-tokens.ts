export type TokenKind =
  | 'name'
  | 'text'
  | 'number'
  | 'comparison'
  | 'word'
  | 'list'
  | 'end'
  | 'other';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** In the order in which they are tried; quotes and backticks hold anything but themselves. */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['text', /'(?:[^']|'')*'/uy],
  ['number', /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])/iuy],
  ['comparison', /<=|>=|!=|<>|==|[=<>]/uy],
  ['comparison', /(?:not\s+in|is\s+not\s+null|is\s+null|i?like|in)\b/iuy],
  ['word', /(?:and|or|not)\b/iuy],
  ['list', /\([^()]*\)/uy],
  ['end', /;/uy],
  ['name', /(?:`[^`]*`|"[^"]*"|[\w$]+)(?:\.(?:`[^`]*`|"[^"]*"|[\w$]+))*/uy],
  ['other', /\S/uy],
];

/**
 * The parts of a filter string, blanks left out. A name is a column, with its kind before a dot, and its
 * key in backticks or double quotes where it holds more than letters: ``tags.`mlflow.runName` ``.
 *
 * Source: sqlparse, as far as mlflow/mlflow mlflow/utils/search_utils.py relies on it.
 */
export function filterTokens(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    const blank = /\s+/uy;
    blank.lastIndex = at;
    const skipped = blank.exec(filter)?.[0];
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const token = tokenAt(filter, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(filter: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(filter)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return { kind: 'other', text: filter.slice(at) };
}
