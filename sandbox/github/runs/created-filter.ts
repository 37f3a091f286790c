import { validationFailed } from '../github-error.ts';

const DATE = String.raw`\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?`;
const COMPARED = new RegExp(String.raw`^(?<operator>>=|<=|>|<)?(?<date>${DATE})$`, 'u');
const BETWEEN = new RegExp(String.raw`^(?<from>\*|${DATE})\.\.(?<to>\*|${DATE})$`, 'u');

/**
 * Whether a run was created when the filter says: `>=2026-01-01T00:00:00Z`, `2026-01-01..2026-01-02`.
 *
 * Source: docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates;
 * what is no such thing is refused here, which GitHub does not document.
 * @throws {GithubError} 422
 */
export function createdFilter(text: string): (createdMs: number) => boolean {
  const holds = range(text) ?? compared(text);
  if (holds) return holds;
  throw validationFailed('WorkflowRun', 'created', `${text} is not a date, or a range of dates`);
}

type Holds = (ms: number) => boolean;

function range(text: string): Holds | null {
  const { from: after, to: before } = BETWEEN.exec(text)?.groups ?? {};
  if (after === undefined || before === undefined) return null;
  const from = after === '*' ? Number.NEGATIVE_INFINITY : startOf(after);
  const to = before === '*' ? Number.POSITIVE_INFINITY : endOf(before);
  return (ms) => ms >= from && ms < to;
}

function compared(text: string): Holds | null {
  const { operator = '', date } = COMPARED.exec(text)?.groups ?? {};
  if (date === undefined || Number.isNaN(startOf(date))) return null;
  return comparison(operator, startOf(date), endOf(date));
}

function comparison(operator: string, from: number, to: number): Holds {
  switch (operator) {
    case '>=':
      return (ms) => ms >= from;
    case '>':
      return (ms) => ms >= to;
    case '<':
      return (ms) => ms < from;
    case '<=':
      return (ms) => ms < to;
    default:
      return (ms) => ms >= from && ms < to;
  }
}

function startOf(date: string): number {
  return Date.parse(
    /T.*(?:Z|[+-]\d\d:?\d\d)$/u.test(date) || date.length <= 10 ? date : `${date}Z`,
  );
}

/** A day ends a day later, a second a second later. */
function endOf(date: string): number {
  return startOf(date) + (date.length <= 10 ? 86_400_000 : 1000);
}
