import { Environment, type EvaluationError, type ParseError } from '@marcbachmann/cel-js';

import { bounded, TooDear } from './cel-bounds.ts';
import { nearest } from './nearest.ts';

/** A CEL expression that has passed the type check and may be evaluated at any time. */
export interface Expression {
  readonly source: string;
  readonly type: 'bool' | 'string' | 'int' | 'double';
  /**
   * @throws {ExpressionError} a value that only shows when it is evaluated: `int("x")`
   */
  evaluate(variables: Variables): unknown;
}

/** `{ "event": { "model": "wine-quality", "occurred_at_ms": 1767225600123n } }` */
export type Variables = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Variable → field → CEL type: `{ "event": { "model": "string", "occurred_at_ms": "int" } }`. */
export type Declarations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is wrong with an expression, and where in it. */
export class ExpressionError extends Error {
  readonly hint: string | null;
  /** Offset of the offending part, in characters from the expression's first. */
  readonly offset: number;

  constructor(message: string, offset: number, hint: string | null, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExpressionError';
    this.offset = offset;
    this.hint = hint;
  }
}

const SCALARS = ['bool', 'string', 'int', 'double'] as const;

// An expression over one event needs none of this; what reaches these bounds is an attack or a slip.
const LIMITS = { maxAstNodes: 1000, maxDepth: 50, maxListElements: 200, maxMapEntries: 100 };
const MAX_LENGTH = 4000;

/**
 * Parses and type-checks an expression over the declared variables.
 *
 * What it may cost to evaluate is bounded, whatever the variables are: see `bounded`.
 *
 * @throws {ExpressionError} syntax, an unknown name, types that do not go together
 */
export function compileExpression(source: string, declarations: Declarations): Expression {
  if (source.length > MAX_LENGTH) {
    throw new ExpressionError(`longer than ${MAX_LENGTH} characters`, 0, null);
  }
  const environment = environmentOf(declarations);
  const checked = environment.check(source);
  if (!checked.valid) throw explained(checked.error, source, declarations);
  const type = SCALARS.find((scalar) => scalar === checked.type);
  if (!type) {
    throw new ExpressionError(`is a ${checked.type}, not a single value`, 0, 'use string(…)');
  }

  function named<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw explained(error, source, declarations);
    }
  }
  const run = named(() => bounded(environment, source));
  return { source, type, evaluate: (variables) => named(() => run(variables)) };
}

function environmentOf(declarations: Declarations): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS });
  for (const [name, fields] of Object.entries(declarations)) {
    environment.registerVariable(name, { schema: { ...fields } });
  }
  return environment;
}

function explained(error: unknown, source: string, declarations: Declarations): ExpressionError {
  if (error instanceof ExpressionError) return error;
  if (error instanceof TooDear) {
    return new ExpressionError(error.message, error.offset, null, error);
  }
  if (!isCelError(error)) return new ExpressionError(String(error), 0, null, error);
  const [message = 'cannot be evaluated'] = error.message.split('\n');
  const offset = error.range?.start ?? 0;
  const word = source.slice(offset, error.range?.end ?? offset);
  return new ExpressionError(message, offset, hintFor(error.code, word, declarations), error);
}

type CelError = ParseError | EvaluationError;

function isCelError(
  error: unknown,
): error is CelError & { range?: { start: number; end: number } } {
  return error instanceof Error && 'code' in error;
}

function hintFor(code: string, word: string, declarations: Declarations): string | null {
  if (code === 'no_such_key') {
    const fields = Object.values(declarations).flatMap((declared) => Object.keys(declared));
    return suggestion(word, fields);
  }
  return code === 'unknown_variable' ? suggestion(word, Object.keys(declarations)) : null;
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant ? `did you mean "${meant}"?` : `known are ${known.join(', ')}`;
}
