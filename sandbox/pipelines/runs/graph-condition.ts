import { evaluate } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import type { ExpressionFunction } from '../expressions/functions.ts';
import { nothing, toBoolean, toText, truth, type Value } from '../expressions/value.ts';
import type { Result } from '../steps/result.ts';

interface Question {
  /** null: `succeeded()` */
  readonly condition: string | null;
  /** What it finds; worked out only when it is asked for. */
  readonly contexts: () => ReadonlyMap<string, Value>;
  /** How what it depends on has ended, by name in lower case. */
  readonly dependencies: ReadonlyMap<string, { readonly result: Result }>;
  readonly canceled: boolean;
}

/**
 * Whether a stage or a job is to run: `run`, `skip`, or `abandon` when its condition has no value.
 * Source: docs/pipelines/process/expressions.md of MicrosoftDocs/azure-devops-docs, "Job status
 * check functions"; skipped dependencies as observed in real runs, August 2026
 */
export function decide(question: Question): 'run' | 'skip' | 'abandon' {
  const { condition, contexts, dependencies, canceled } = question;
  try {
    const functions = statusFunctions(dependencies, canceled);
    const value = evaluate(condition ?? 'succeeded()', { contexts: contexts(), functions });
    return toBoolean(value) ? 'run' : 'skip';
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return 'abandon';
  }
}

const good: ReadonlySet<Result> = new Set(['Succeeded', 'SucceededWithIssues']);

function statusFunctions(
  dependencies: Question['dependencies'],
  canceled: boolean,
): ReadonlyMap<string, ExpressionFunction> {
  const any = Number.MAX_SAFE_INTEGER;
  const about = (judge: (results: readonly Result[]) => boolean): ExpressionFunction => ({
    arity: [0, any],
    call: (names) => {
      const named = names.map((name) => (toText(name() ?? nothing) ?? '').toLowerCase());
      const chosen = [...dependencies].filter(
        ([name]) => named.length === 0 || named.includes(name),
      );
      return truth(judge(chosen.map(([, { result }]) => result)));
    },
  });
  return new Map([
    ['always', fixed(true)],
    ['canceled', fixed(canceled)],
    ['failed', about((results) => results.includes('Failed'))],
    ['succeeded', about((results) => !canceled && results.every((result) => good.has(result)))],
    [
      'succeededorfailed',
      about(
        (results) =>
          !canceled &&
          (results.length === 0 ||
            results.some((result) => good.has(result) || result === 'Failed')),
      ),
    ],
  ]);
}

function fixed(holds: boolean): ExpressionFunction {
  return { arity: [0, 0], call: () => truth(holds) };
}
