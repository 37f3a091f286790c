import { invalidParameter } from '../api-error.ts';

interface Searchable {
  readonly [field: string]: string | ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
}

type Condition = (item: Searchable) => boolean;

const CONDITION =
  /^(?<field>\w+)(?:\.(?<key>`[^`]+`|"[^"]+"|[\w.-]+))?\s*(?<operator>!=|=|I?LIKE)\s*(?<value>'[^']*'|"[^"]*"|\d+)$/iu;

/**
 * A filter such as `name = 'churn-model' AND tag.team = 'x'` as a predicate.
 *
 * Source: mlflow.org/docs/latest/search-model-registry; `AND` is the only connective there is.
 * @throws {ApiError} 400, naming what it cannot read: never a filter that lets everything through
 */
export function filterOf(filter: string, fields: readonly string[]): Condition {
  if (filter.trim() === '') return () => true;
  const conditions = partsOf(filter).map((part) => conditionOf(part, fields));
  return (item) => conditions.every((condition) => condition(item));
}

/** Splits at AND, but not within quotes. */
function partsOf(filter: string): string[] {
  const parts = [''];
  const pieces = filter.match(/'[^']*'|"[^"]*"|`[^`]*`|\sand\s|./gisu) ?? [];
  for (const piece of pieces) {
    if (/^\sand\s$/iu.test(piece)) parts.push('');
    else parts.push(`${parts.pop()}${piece}`);
  }
  return parts.map((part) => part.trim());
}

function conditionOf(part: string, fields: readonly string[]): Condition {
  const {
    field: name = '',
    key,
    operator = '',
    value: wanted = '',
  } = CONDITION.exec(part)?.groups ?? {};
  const field = name.replace(/^tags$/u, 'tag');
  if (!fields.includes(field) || (field === 'tag') !== (key !== undefined)) {
    throw invalidParameter(`Invalid filter '${part}'. Known fields: ${fields.join(', ')}`);
  }
  const fits = comparison(operator.toUpperCase(), unquoted(wanted));
  return (item) => {
    const value = key === undefined ? item[field] : item.tags.get(unquoted(key));
    return typeof value === 'string' && fits(value);
  };
}

function unquoted(text: string): string {
  return text.replace(/^(['"`])(.*)\1$/su, '$2');
}

function comparison(operator: string, wanted: string): (value: string) => boolean {
  if (operator === '=') return (value) => value === wanted;
  if (operator === '!=') return (value) => value !== wanted;
  const source = wanted
    .split(/([%_])/u)
    .map((piece) => ({ '%': '.*', _: '.' })[piece] ?? RegExp.escape(piece))
    .join('');
  const pattern = new RegExp(`^${source}$`, operator === 'ILIKE' ? 'isu' : 'su');
  return (value) => pattern.test(value);
}

/**
 * The order that `order_by` asks for: `['name ASC', 'creation_timestamp DESC']`.
 *
 * @throws {ApiError} 400, naming what it cannot read
 */
export function orderOf<Item>(
  orderBy: readonly string[],
  fields: Readonly<Record<string, (item: Item) => string | number>>,
): (a: Item, b: Item) => number {
  const keys = orderBy.map((text) => {
    const [name = '', direction = 'ASC'] = text.trim().split(/\s+/u);
    const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!read || !/^(asc|desc)$/iu.test(direction)) {
      throw invalidParameter(`Invalid order_by '${text}'`);
    }
    return { read, sign: direction.toUpperCase() === 'DESC' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { read, sign } of keys) {
      const [left, right] = [read(a), read(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}

/** One page of search results, and `next_page_token` where more follow. */
export function resultPage<Item>(items: readonly Item[], size: number, token: string | undefined) {
  const from = Number(token ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) throw invalidParameter('Invalid page token');
  const next = from + size < items.length ? { next_page_token: String(from + size) } : {};
  return { items: items.slice(from, from + size), next };
}

/** The text is ours. @throws {ApiError} 400, it is not positive */
export function pageSize(asked: number, most: number): number {
  if (asked < 1) throw invalidParameter('max_results must be a positive number');
  return Math.min(asked, most);
}
