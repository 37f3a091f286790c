import { invalidParameter } from '../mlflow-error.ts';
import { pythonList, pythonSet } from '../python-repr.ts';
import { type Column, type ColumnKind, type Dialect, isNumeric } from './dialect.ts';
import type { Token } from './filter-tokens.ts';

export type FilterValue = string | number | readonly string[] | null;

/**
 * What a column is compared with, if it can be.
 *
 * Source: mlflow/mlflow mlflow/utils/search_utils.py, _get_value of each kind of search.
 * @throws {MlflowError} 400
 */
export function filterValue(token: Token, column: Column, dialect: Dialect): FilterValue {
  if (column.kind === 'metric' && token.kind !== 'number') {
    throw invalidParameter(`Expected numeric value type for metric. Found ${token.text}`);
  }
  if (token.kind === 'number') {
    return column.kind === 'metric' ? Number(token.text) : numberOf(token.text, column, dialect);
  }
  if (token.kind !== 'list') return textOf(token.text, column, dialect);
  if (column.kind !== 'attribute') throw expectedText(column.kind, token.text);
  return listIn(token.text, column.key, dialect);
}

function textOf(text: string, column: Column, dialect: Dialect): string | number {
  if (!/^['"]/u.test(text)) {
    throw invalidParameter(
      'Parameter value is either not quoted or unidentified quote types used for string value ' +
        `${text}. Use either single or double quotes.`,
    );
  }
  const value = text.slice(1, -1);
  if (!isNumeric(column, dialect)) return value;
  if (dialect.wording === 'tracking') {
    throw invalidParameter(
      `Expected numeric value type for numeric attribute: ${column.key}. Found ${text}`,
    );
  }
  if (/^-?\d+$/u.test(value)) return Number(value);
  throw invalidParameter(`Invalid value for numeric attribute '${column.key}': '${value}'`);
}

function numberOf(text: string, column: Column, dialect: Dialect): number {
  const { kind, key } = column;
  if (kind !== 'attribute') throw expectedText(kind, text);
  const isWhole = /^-?\d+$/u.test(text);
  if (isNumeric(column, dialect)) {
    if (isWhole || dialect.wording === 'tracking') return Number(text);
    throw invalidParameter(`Invalid value for numeric attribute '${key}': ${text}`);
  }
  if (dialect.wording === 'tracking') {
    throw invalidParameter(`Expected a quoted string value for attributes. Got value ${text}`);
  }
  throw invalidParameter(
    dialect.numericAttributes.length === 0
      ? 'Expected a quoted string value or a list of quoted string values for attributes. Got value ' +
          text
      : `Only the '${pythonSet(dialect.numericAttributes)}' attributes support comparison with ` +
          'numeric values.',
  );
}

function expectedText(kind: ColumnKind, text: string) {
  return invalidParameter(
    `Expected a quoted string value for ${kind} (e.g. 'my-value'). Got value ${text}`,
  );
}

const LIST_OF =
  'While parsing a list in the query, expected a non-empty list of string values, but';

function listIn(text: string, key: string, { listAttributes }: Dialect): readonly string[] {
  if (!listAttributes.includes(key)) {
    throw invalidParameter(
      `Only ${pythonList(listAttributes)} attributes support comparison with a list of quoted ` +
        'string values.',
    );
  }
  const inside = text.slice(1, -1).trim();
  if (inside === '') throw invalidParameter(`${LIST_OF} got empty list`);
  const items = inside.match(/'[^']*'|"[^"]*"/gu) ?? [];
  const isWhole = /^(?:'[^']*'|"[^"]*")(?:\s*,\s*(?:'[^']*'|"[^"]*"))*\s*,?$/u.test(inside);
  if (!isWhole) throw invalidParameter(`${LIST_OF} got ill-formed list.`);
  return items.map((one) => one.slice(1, -1));
}
