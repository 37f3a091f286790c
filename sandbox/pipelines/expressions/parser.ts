import { ExpressionError, unreadable } from './expression-error.ts';
import { type Token, tokenize } from './lexer.ts';
import { text, truth, type Value } from './value.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly index: Expression }
  /** `.*`: the member of every item. */
  | { readonly kind: 'every'; readonly of: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

/** The names that an expression may use where it stands, in lower case. */
export interface Vocabulary {
  readonly contexts: ReadonlySet<string>;
  /** How many arguments each function takes, from and to. */
  readonly functions: ReadonlyMap<string, readonly [number, number]>;
}

const maxDepth = 50;

/**
 * The structure of an expression.
 * @throws {ExpressionError} it is none, or uses a name that is not known where it stands
 */
export function parseExpression(source: string, vocabulary: Vocabulary): Expression {
  const tokens = tokenize(source);
  let next = 0;
  let depth = 0;

  const peek = () => tokens[next] ?? end(source);
  const take = () => {
    const token = peek();
    next += 1;
    return token;
  };
  const expect = (symbol: string) => {
    const token = take();
    if (token.kind !== 'symbol' || token.text !== symbol) throw unexpected(token, source);
  };

  const value = (): Expression => {
    depth += 1;
    if (depth > maxDepth) throw unreadable('Exceeded max expression depth 50', 0, source);
    let found = primary();
    for (;;) {
      if (isSymbol(peek(), '.')) {
        take();
        found = afterDot(found);
      } else if (isSymbol(peek(), '[')) {
        take();
        const index = value();
        expect(']');
        found = { kind: 'member', of: found, index };
      } else break;
    }
    depth -= 1;
    return found;
  };

  const afterDot = (of: Expression): Expression => {
    const token = take();
    if (isSymbol(token, '*')) return { kind: 'every', of };
    if (token.kind !== 'name') throw unexpected(token, source);
    return { kind: 'member', of, index: { kind: 'literal', value: text(token.text) } };
  };

  const primary = (): Expression => {
    const token = take();
    const literal = literalOf(token);
    if (literal) return { kind: 'literal', value: literal };
    if (token.kind !== 'name') throw unexpected(token, source);
    if (isSymbol(peek(), '(')) return call(token);
    const name = token.text.toLowerCase();
    if (!vocabulary.contexts.has(name)) throw unknown(token, source);
    return { kind: 'context', name };
  };

  const call = (token: Token): Expression => {
    const name = token.text.toLowerCase();
    const arity = vocabulary.functions.get(name);
    if (!arity) throw unknown(token, source);
    expect('(');
    const args: Expression[] = [];
    while (!isSymbol(peek(), ')')) {
      if (args.length > 0) expect(',');
      args.push(value());
    }
    expect(')');
    if (args.length < arity[0])
      throw unreadable(`Too few parameters supplied: '${token.text}'`, token.index, source);
    if (args.length > arity[1])
      throw unreadable(`Too many parameters supplied: '${token.text}'`, token.index, source);
    return { kind: 'call', name, args };
  };

  if (source.trim() === '') throw new ExpressionError('An expression is expected');
  const expression = value();
  if (peek().kind !== 'end') throw unexpected(peek(), source);
  return expression;
}

function literalOf(token: Token): Value | null {
  switch (token.kind) {
    case 'string':
      return text(token.text);
    case 'number':
      return { kind: 'number', value: Number(token.text) };
    case 'version':
      return { kind: 'version', value: token.text.split('.').map(Number) };
    case 'name': {
      const word = token.text.toLowerCase();
      return word === 'true' || word === 'false' ? truth(word === 'true') : null;
    }
    case 'symbol':
    case 'end':
      return null;
  }
}

function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.text === symbol;
}

function unexpected(token: Token, source: string): ExpressionError {
  if (token.kind === 'end') return unreadable('Unexpected end of expression', token.index, source);
  return unreadable(`Unexpected symbol: '${token.text}'`, token.index, source);
}

function unknown(token: Token, source: string): ExpressionError {
  return unreadable(`Unrecognized value: '${token.text}'`, token.index, source);
}

function end(source: string): Token {
  return { kind: 'end', text: '', index: source.length };
}
