import { invalidParameter } from '../mlflow-error.ts';
import { pythonJson } from '../python-json.ts';
import { pythonSet } from '../python-repr.ts';
import { comparison } from './comparison.ts';
import { type Column, columnNamed, type Dialect, isNumeric } from './dialect.ts';
import { filterTokens, type Token } from './filter-tokens.ts';
import { type FilterValue, filterValue } from './filter-value.ts';

/** One clause of a filter, of those that AND joins. */
export interface Clause extends Column {
  readonly comparator: string;
  readonly wanted: FilterValue;
  readonly holds: (value: string | number | undefined) => boolean;
}

/**
 * The clauses of a filter, all of which have to hold: `name = 'churn' AND tags.team = 'growth'`.
 *
 * Source: mlflow/mlflow mlflow/utils/search_utils.py, 3.17; texts recorded from it.
 * @throws {MlflowError} 400, what it cannot read: never a filter that lets everything through
 */
export function filterClauses(filter: string, dialect: Dialect): readonly Clause[] {
  const tokens = filterTokens(filter);
  refuseSecondStatement(filter, tokens);
  const clauses: Clause[] = [];
  const invalid: Token[] = [];
  let at = 0;
  for (let left = tokens[at]; left; left = tokens[at]) {
    const [operator, right] = tokens.slice(at + 1, at + 3);
    const size = clauseSize(operator, right);
    if (size > 0) clauses.push(clauseOf(left, operator, size === 2 ? null : right, dialect));
    else if (!isAnd(left)) invalid.push(left);
    at += size || 1;
  }
  if (invalid.length > 0) throw invalidClauses(invalid, dialect);
  return clauses;
}

function refuseSecondStatement(filter: string, tokens: readonly Token[]): void {
  const end = tokens.findIndex(({ kind }) => kind === 'end');
  if (end < 0 || end === tokens.length - 1) return;
  throw invalidParameter(
    `Search filter contained multiple expression ${pythonJson(filter)}. Provide AND-ed expression list.`,
  );
}

/** How many tokens a clause takes that goes on like this; 0: it is none. */
function clauseSize(operator: Token | undefined, right: Token | undefined): 0 | 2 | 3 {
  if (operator?.kind !== 'comparison') return 0;
  if (/^is\b/iu.test(operator.text)) return 2;
  const isValue = right && ['text', 'number', 'name', 'list'].includes(right.kind);
  return isValue ? 3 : 0;
}

function isAnd({ kind, text }: Token): boolean {
  return kind === 'word' && text.toUpperCase() === 'AND';
}

function invalidClauses(tokens: readonly Token[], { wording }: Dialect) {
  const shown = tokens.map(({ text }) => (wording === 'tracking' ? `'${text}'` : text));
  return invalidParameter(`Invalid clause(s) in filter string: ${shown.join(', ')}`);
}

function clauseOf(
  left: Token,
  operator: Token | undefined,
  right: Token | null | undefined,
  dialect: Dialect,
): Clause {
  if (left.kind !== 'name') {
    throw invalidParameter(`Invalid comparison clause. Expected 'Identifier' found '${left.text}'`);
  }
  const column = columnNamed(left.text, dialect, dialect.attributes);
  const comparator = operator?.text.toUpperCase().replaceAll(/\s+/gu, ' ') ?? '';
  const wanted = right ? filterValue(right, column, dialect) : null;
  if (right) checkComparator(column, comparator, dialect);
  else checkNullTest(column, dialect);
  return { ...column, comparator, wanted, holds: comparison(comparator, wanted) };
}

function checkNullTest({ kind, key }: Column, { wording }: Dialect): void {
  if (wording === 'tracking' && (kind === 'tag' || kind === 'parameter')) return;
  throw invalidParameter(
    `IS NULL / IS NOT NULL is only supported for tags and params, not for '${kind}' '${key}'`,
  );
}

const NUMBER_COMPARATORS = ['>', '>=', '!=', '=', '<', '<='];
const TEXT_COMPARATORS = ['!=', '=', 'LIKE', 'ILIKE'];

function checkComparator(column: Column, comparator: string, dialect: Dialect): void {
  const allowed = isNumeric(column, dialect) ? NUMBER_COMPARATORS : TEXT_COMPARATORS;
  const takesList = column.kind === 'attribute' && dialect.listAttributes.includes(column.key);
  if (allowed.includes(comparator) || (takesList && comparator.endsWith('IN'))) return;
  throw invalidParameter(
    dialect.wording === 'tracking'
      ? `Invalid comparator '${comparator}' not one of '${pythonSet(allowed)}'`
      : `Invalid comparator for ${column.kind}: ${comparator}`,
  );
}
