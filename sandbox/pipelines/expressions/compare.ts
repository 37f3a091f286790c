import { ExpressionError } from './expression-error.ts';
import { kindOf, toBoolean, toNumber, toText, toVersion, type Value } from './value.ts';

/**
 * Whether two values are equal, the right one turned into the kind of the left one first: so
 * `eq(true, 'false')` holds, as `'false'` is text that is not empty.
 * Source: docs/pipelines/process/expressions.md of MicrosoftDocs/azure-devops-docs, "eq"
 */
export function equal(left: Value, right: Value): boolean {
  switch (left.kind) {
    case 'boolean':
      return left.value === toBoolean(right);
    case 'number':
      return left.value === toNumber(right);
    case 'string':
      return sameText(left.value, toText(right));
    case 'version':
      return sameVersion(left.value, toVersion(right));
    case 'null':
      return isNothing(right);
    case 'date':
    case 'array':
    case 'object':
      return left === right;
  }
}

function sameText(left: string, right: string | null): boolean {
  return left.toLowerCase() === right?.toLowerCase();
}

function isNothing(value: Value): boolean {
  return value.kind !== 'array' && value.kind !== 'object' && !toBoolean(value);
}

function sameVersion(left: readonly number[], right: readonly number[] | null): boolean {
  return right !== null && compareVersions(left, right) === 0;
}

/**
 * Less than, equal to, or greater than 0, as the left value is to the right one.
 * @throws {ExpressionError} the right value has nothing of the left one's kind
 */
export function compare(left: Value, right: Value): number {
  if (left.kind === 'boolean') return Number(left.value) - Number(toBoolean(right));
  if (left.kind === 'number') return left.value - (toNumber(right) ?? unable(right, 'Number'));
  if (left.kind === 'string') {
    return compareText(left.value, toText(right) ?? unable(right, 'String'));
  }
  if (left.kind === 'version') {
    return compareVersions(left.value, toVersion(right) ?? unable(right, 'Version'));
  }
  return unable(left, 'String');
}

function compareText(left: string, right: string): number {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  return one < other ? -1 : Number(one > other);
}

function compareVersions(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < 4; i += 1) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function unable(value: Value, kind: string): never {
  const shown = toText(value);
  throw new ExpressionError(
    `Unable to convert from ${kindOf(value)} to ${kind}. Value: ${shown ?? kindOf(value)}`,
  );
}
