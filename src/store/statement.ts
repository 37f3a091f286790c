/** What may stand in a row: JSON is text, yes and no are 1 and 0. */
export type Value = string | number | null;

export type Row = Readonly<Record<string, unknown>>;

/** One statement as it stands in the source, and the values that go into its gaps. */
export interface Statement {
  /** The same object at every call, so that a database can prepare it once. */
  readonly parts: TemplateStringsArray;
  readonly values: readonly Value[];
}

/** The answer to a statement that brings no rows: how many it has changed. */
export function changed(count: number): readonly Row[] {
  return [{ changed: count }];
}

/** How many rows a statement without any of its own has changed. */
export function countOf([row]: readonly Row[]): number {
  return Number(row?.['changed'] ?? 0);
}

/**
 * A statement with its values apart from its text: sql`delete from surveys where source = ${name}`.
 *
 * A limit is written `limit ${most} + 0`: SQLite plans with a limit that stands there alone, and so
 * prepares the statement anew for each value that is bound (a claim: 20 µs instead of 4).
 */
export function sql(parts: TemplateStringsArray, ...values: readonly Value[]): Statement {
  return { parts, values };
}

/**
 * Statements of one transaction, each answered with its rows before the next is made.
 *
 * A generator, so that SQLite plays it in one go, without anything else coming in between, and
 * Postgres plays it over the wire. It may be played again, and must do nothing but ask for rows.
 */
export type Script<Result> = Generator<Statement, Result, readonly Row[]>;

/** Plays a script on a database that answers at once. */
export function play<Result>(
  script: Script<Result>,
  answer: (statement: Statement) => readonly Row[],
): Result {
  let step = script.next([]);
  while (!step.done) step = script.next(answer(step.value));
  return step.value;
}

/** Plays a script on a database that takes its time. */
export async function playSlowly<Result>(
  script: Script<Result>,
  answer: (statement: Statement) => Promise<readonly Row[]>,
): Promise<Result> {
  let step = script.next([]);
  while (!step.done) step = script.next(await answer(step.value));
  return step.value;
}
