import { compare, equal } from './compare.ts';
import { ExpressionError } from './expression-error.ts';
import { formatText } from './format.ts';
import { toJsonText } from './json-text.ts';
import { kindOf, nothing, text, toBoolean, toText, truth, type Value } from './value.ts';

/** An argument that is worked out when it is asked for. */
export type Lazy = () => Value;

export interface ExpressionFunction {
  /** How many arguments it takes, from and to. */
  readonly arity: readonly [number, number];
  call(args: readonly Lazy[]): Value;
}

const many = Number.MAX_SAFE_INTEGER;

/**
 * The functions that every expression may call, by name in lower case.
 * Source: docs/pipelines/process/expressions.md of MicrosoftDocs/azure-devops-docs, "Functions"
 */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map([
  lazy('and', [2, many], (args) => truth(args.every((arg) => toBoolean(arg())))),
  lazy('or', [2, many], (args) => truth(args.some((arg) => toBoolean(arg())))),
  eager('not', [1, 1], (value) => truth(!toBoolean(value))),
  eager('xor', [2, 2], (one, other) => truth(toBoolean(one) !== toBoolean(other))),
  eager('eq', [2, 2], (left, right) => truth(equal(left, right))),
  eager('ne', [2, 2], (left, right) => truth(!equal(left, right))),
  eager('gt', [2, 2], (left, right) => truth(compare(left, right) > 0)),
  eager('ge', [2, 2], (left, right) => truth(compare(left, right) >= 0)),
  eager('lt', [2, 2], (left, right) => truth(compare(left, right) < 0)),
  eager('le', [2, 2], (left, right) => truth(compare(left, right) <= 0)),
  lazy('in', [2, many], (args) => truth(isIn(args))),
  lazy('notin', [2, many], (args) => truth(!isIn(args))),
  eager('contains', [2, 2], (whole, part) => truth(lower(whole).includes(lower(part)))),
  eager('startswith', [2, 2], (whole, part) => truth(lower(whole).startsWith(lower(part)))),
  eager('endswith', [2, 2], (whole, part) => truth(lower(whole).endsWith(lower(part)))),
  eager('containsvalue', [2, 2], (whole, part) =>
    truth(itemsOf(whole).some((item) => equal(item, part))),
  ),
  lazy('coalesce', [2, many], (args) => {
    for (const arg of args) {
      const value = arg();
      if (value.kind !== 'null' && !(value.kind === 'string' && value.value === '')) return value;
    }
    return nothing;
  }),
  lazy('format', [1, many], ([pattern, ...args]) =>
    text(formatText(string(pattern?.() ?? nothing), args)),
  ),
  eager('join', [2, 2], (separator, list) =>
    text(
      list.kind === 'array'
        ? list.items.map((item) => toText(item) ?? '').join(string(separator))
        : string(list),
    ),
  ),
  eager('split', [2, 2], (whole, delimiter) => {
    const by = string(delimiter);
    const parts = by === '' ? [string(whole)] : string(whole).split(by);
    return { kind: 'array', items: parts.map(text) };
  }),
  // Unlike the other functions on text, this one minds the case.
  eager('replace', [3, 3], (whole, old, by) =>
    text(string(old) === '' ? string(whole) : string(whole).split(string(old)).join(string(by))),
  ),
  eager('length', [1, 1], (value) => ({ kind: 'number', value: lengthOf(value) })),
  eager('lower', [1, 1], (value) => text(string(value).toLowerCase())),
  eager('upper', [1, 1], (value) => text(string(value).toUpperCase())),
  eager('trim', [1, 1], (value) => text(string(value).trim())),
  eager('iif', [3, 3], (condition, one, other) => (toBoolean(condition) ? one : other)),
  eager('converttojson', [1, 1], (value) => text(toJsonText(value))),
]);

function lazy(
  name: string,
  arity: readonly [number, number],
  call: ExpressionFunction['call'],
): readonly [string, ExpressionFunction] {
  return [name, { arity, call }];
}

function eager(
  name: string,
  arity: readonly [number, number],
  call: (one: Value, two: Value, three: Value) => Value,
): readonly [string, ExpressionFunction] {
  return lazy(name, arity, (args) => {
    const [one = nothing, two = nothing, three = nothing] = args.map((arg) => arg());
    return call(one, two, three);
  });
}

function isIn([needle, ...rest]: readonly Lazy[]): boolean {
  const value = needle?.() ?? nothing;
  return rest.some((other) => equal(value, other()));
}

function string(value: Value): string {
  const shown = toText(value);
  if (shown !== null) return shown;
  throw new ExpressionError(
    `Unable to convert from ${kindOf(value)} to String. Value: ${kindOf(value)}`,
  );
}

function lower(value: Value): string {
  return string(value).toLowerCase();
}

function itemsOf(value: Value): readonly Value[] {
  if (value.kind === 'array') return value.items;
  return value.kind === 'object' ? [...value.entries.values()] : [];
}

function lengthOf(value: Value): number {
  if (value.kind === 'array') return value.items.length;
  return value.kind === 'object' ? value.entries.size : string(value).length;
}
