import { vocabulary } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import { parseExpression } from '../expressions/parser.ts';
import type { Problems } from '../yaml/problems.ts';
import type { Position } from '../yaml/tree.ts';

const any = Number.MAX_SAFE_INTEGER;

/** Source: docs/pipelines/process/expressions.md of MicrosoftDocs/azure-devops-docs */
const slots = {
  variable: vocabulary(
    ['variables', 'dependencies', 'stagedependencies', 'pipeline', 'resources'],
    { counter: [1, 2] },
  ),
  condition: vocabulary(['variables', 'dependencies', 'stagedependencies', 'pipeline'], {
    always: [0, 0],
    canceled: [0, 0],
    failed: [0, any],
    succeeded: [0, any],
    succeededorfailed: [0, any],
  }),
  stepCondition: vocabulary(['variables'], {
    always: [0, 0],
    canceled: [0, 0],
    failed: [0, 0],
    succeeded: [0, 0],
    succeededorfailed: [0, 0],
  }),
} as const;

/** Tells `problems` of an expression that cannot be read where it stands. */
export function checkExpression(
  source: string,
  slot: keyof typeof slots,
  at: Position,
  problems: Problems,
): void {
  try {
    parseExpression(source, slots[slot]);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    problems.add(at, error.message);
  }
}
