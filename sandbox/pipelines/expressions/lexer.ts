import { unreadable } from './expression-error.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'version' | 'string' | 'symbol' | 'end';
  /** As written; of a string: what it stands for. */
  readonly text: string;
  readonly index: number;
}

const blank = /\s+/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const string = /'((?:[^']|'')*)'/y;
const version = /\d+\.\d+\.\d+(?:\.\d+)?/y;
const number = /-?(?:\d+\.?\d*|\.\d+)/y;
const symbol = /[()[\],.*]/y;
const other = /[^\s()[\],.]+|./y;

/**
 * The words of an expression.
 * @throws {ExpressionError} something in it is none
 */
export function tokenize(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  let index = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = index;
    return pattern.exec(expression);
  };

  while (index < expression.length) {
    const space = take(blank);
    if (space) {
      index += space[0].length;
      continue;
    }
    const token = tokenAt(take, index, followsValue(tokens.at(-1)));
    if (!token) {
      const wrong = take(other)?.[0] ?? '';
      throw unreadable(`Unrecognized value: '${wrong}'`, index, expression);
    }
    tokens.push({ kind: token.kind, text: token.text, index });
    index += token.length;
  }
  return [...tokens, { kind: 'end', text: '', index }];
}

function tokenAt(take: (pattern: RegExp) => RegExpExecArray | null, _at: number, member: boolean) {
  const quoted = take(string);
  if (quoted) return made('string', quoted, (quoted[1] ?? '').replaceAll("''", "'"));
  if (!member) {
    const numeric = take(version);
    if (numeric) return made('version', numeric);
    const plain = take(number);
    if (plain) return made('number', plain);
  }
  const word = take(name);
  if (word) return made('name', word);
  const mark = take(symbol);
  return mark ? made('symbol', mark) : null;
}

function made(kind: Token['kind'], match: RegExpExecArray, text = match[0]) {
  return { kind, text, length: match[0].length };
}

/** After a value, a dot leads to a member; elsewhere it starts a number. */
function followsValue(token: Token | undefined): boolean {
  if (!token) return false;
  return token.kind === 'name' || token.text === ')' || token.text === ']' || token.text === '*';
}
