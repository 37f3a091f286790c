import { ExpressionError } from './expression-error.ts';
import { type ExpressionFunction, functions } from './functions.ts';
import { type Expression, parseExpression, type Vocabulary } from './parser.ts';
import { member, nothing, type Value } from './value.ts';

/** What an expression finds where it stands, by name in lower case. */
export interface Surroundings {
  readonly contexts: ReadonlyMap<string, Value>;
  /** Functions known only here: `succeeded()`, `counter()`. */
  readonly functions?: ReadonlyMap<string, ExpressionFunction>;
}

/**
 * The value of an expression.
 * @throws {ExpressionError} it cannot be read, or has no value
 */
export function evaluate(source: string, surroundings: Surroundings): Value {
  const known = new Map([...functions, ...(surroundings.functions ?? [])]);
  const expression = parseExpression(source, {
    contexts: new Set(surroundings.contexts.keys()),
    functions: new Map(Array.from(known, ([name, { arity }]) => [name, arity])),
  });
  return valueOf(expression, surroundings.contexts, known);
}

/** The names that an expression may use beside the functions that all know. */
export function vocabulary(
  contexts: readonly string[],
  more: Readonly<Record<string, readonly [number, number]>> = {},
): Vocabulary {
  const known = Array.from(functions, ([name, { arity }]) => [name, arity] as const);
  return {
    contexts: new Set(contexts),
    functions: new Map([...known, ...Object.entries(more)]),
  };
}

function valueOf(
  expression: Expression,
  contexts: ReadonlyMap<string, Value>,
  known: ReadonlyMap<string, ExpressionFunction>,
): Value {
  const inner = (part: Expression): Value => valueOf(part, contexts, known);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'context':
      return contexts.get(expression.name) ?? nothing;
    case 'every':
      return every(inner(expression.of));
    case 'member':
      return memberOf(expression, inner);
    case 'call':
      return (
        known.get(expression.name)?.call(expression.args.map((arg) => () => inner(arg))) ?? nothing
      );
  }
}

function memberOf(
  { of, index }: Extract<Expression, { kind: 'member' }>,
  inner: (part: Expression) => Value,
): Value {
  const whole = inner(of);
  const key = inner(index);
  // After `.*`, a member means that member of every item.
  if (isFiltered(of) && whole.kind === 'array') {
    const items = whole.items
      .map((item) => member(item, key))
      .filter((item) => item.kind !== 'null');
    return { kind: 'array', items };
  }
  const found = member(whole, key);
  const isParameter = of.kind === 'context' && of.name === 'parameters';
  if (isParameter && found.kind === 'null' && key.kind === 'string') {
    throw new ExpressionError(`Key not found '${key.value}'`);
  }
  return found;
}

function isFiltered(expression: Expression): boolean {
  if (expression.kind === 'every') return true;
  return expression.kind === 'member' && isFiltered(expression.of);
}

function every(value: Value): Value {
  if (value.kind === 'array') return value;
  return value.kind === 'object' ? { kind: 'array', items: [...value.entries.values()] } : nothing;
}
