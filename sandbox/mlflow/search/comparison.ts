type Wanted = string | number | readonly string[] | null;

/** Whether a value stands in this relation to the one that is wanted; none does if there is no value. */
export function comparison(
  comparator: string,
  wanted: Wanted,
): (value: string | number | undefined) => boolean {
  if (comparator === 'IS NULL') return (value) => value === undefined;
  const holds = relation(comparator, wanted);
  return (value) => value !== undefined && holds(value);
}

function relation(comparator: string, wanted: Wanted): (value: string | number) => boolean {
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  switch (comparator) {
    case '=':
    case 'IN':
      return (value) => list.includes(value);
    case '!=':
    case 'NOT IN':
      return (value) => !list.includes(value);
    case 'LIKE':
    case 'ILIKE': {
      const pattern = like(String(wanted), comparator === 'ILIKE');
      return (value) => pattern.test(String(value));
    }
    case 'IS NOT NULL':
      return () => true;
    default:
      return ordering(comparator, Number(wanted));
  }
}

function ordering(comparator: string, wanted: number): (value: string | number) => boolean {
  switch (comparator) {
    case '>':
      return (value) => Number(value) > wanted;
    case '>=':
      return (value) => Number(value) >= wanted;
    case '<':
      return (value) => Number(value) < wanted;
    default:
      return (value) => Number(value) <= wanted;
  }
}

/** `%` is anything, `_` one letter. MLflow tells SQLite to mind upper and lower case. */
function like(text: string, ignoreCase: boolean): RegExp {
  const source = text
    .split(/([%_])/u)
    .map((piece) => ({ '%': '.*', _: '.' })[piece] ?? RegExp.escape(piece))
    .join('');
  return new RegExp(`^${source}$`, ignoreCase ? 'isu' : 'su');
}
