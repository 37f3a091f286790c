import { invalidParameter, MlflowError } from '../mlflow-error.ts';
import { pythonList } from '../python-repr.ts';

export type Compare<Item> = (a: Item, b: Item) => number;

interface Direction {
  readonly name: string;
  readonly isAscending: boolean;
}

/**
 * One `order_by`, `metrics.auc DESC`, in its parts.
 *
 * Source: mlflow/mlflow mlflow/utils/search_utils.py, _parse_order_by_string.
 * @throws {MlflowError} 400
 */
export function directionOf(text: string): Direction {
  const [, name, direction = 'asc', rest] =
    /^\s*((?:`[^`]*`|"[^"]*"|[\w$.])+)(?:\s+(\w+))?(\s+\S.*)?\s*$/su.exec(text) ?? [];
  if (name === undefined || rest !== undefined) {
    throw invalidParameter(`Invalid order_by clause '${text}'. Could not be parsed.`);
  }
  const lower = direction.toLowerCase();
  if (lower !== 'asc' && lower !== 'desc') {
    throw invalidParameter(`Invalid ordering key in order_by clause '${text}'.`);
  }
  return { name, isAscending: lower === 'asc' };
}

/** @throws {MlflowError} 500, a column is named twice: MLflow's own slip */
export function refuseTwice(columns: readonly string[], orderBy: readonly string[]): void {
  if (new Set(columns).size === columns.length) return;
  throw new MlflowError(
    'INTERNAL_ERROR',
    `\`order_by\` contains duplicate fields: ${pythonList(orderBy)}`,
  );
}

/** By this value; what has none comes last, NaN just before it, whichever the direction. */
export function byValue<Item>(
  read: (item: Item) => string | number | undefined,
  isAscending: boolean,
): Compare<Item> {
  return (a, b) => {
    const [left, right] = [read(a), read(b)];
    const ranks = rank(left) - rank(right);
    if (ranks !== 0 || left === right || left === undefined || right === undefined) return ranks;
    if (rank(left) > 0) return 0;
    return left < right === isAscending ? -1 : 1;
  };
}

function rank(value: string | number | undefined): number {
  if (value === undefined) return 2;
  return Number.isNaN(value) ? 1 : 0;
}

/** The first order that tells the two apart. */
export function inTurn<Item>(orders: readonly Compare<Item>[]): Compare<Item> {
  return (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
}
