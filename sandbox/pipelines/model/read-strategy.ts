import type { Problems } from '../yaml/problems.ts';
import { type Tree, textOf } from '../yaml/tree.ts';
import { checkExpression } from './check-expression.ts';
import { type Fields, readFields } from './fields.ts';
import type { Leg, Strategy } from './pipeline.ts';
import { runtimeExpression } from './read-variables.ts';

/** Source: docs/pipelines/process/phases.md of azure-devops-docs: "256 jobs" of one matrix, 99 slices */
const most = { legs: 256, slices: 99 };

/**
 * How often a job runs: once, a number of times, or once for each leg of a matrix.
 * Source: jobs-job-strategy.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function readStrategy(tree: Tree | undefined, problems: Problems): Strategy {
  const fields = readFields(tree, { known: ['matrix', 'parallel', 'maxParallel'] }, problems);
  const matrix = fields?.tree('matrix');
  const parallel = fields?.tree('parallel');
  if (!fields || !(matrix || parallel)) return { kind: 'once' };
  const maxParallel = fields.count('maxParallel') ?? 0;
  if (matrix && parallel) problems.add(parallel.at, "Unexpected value 'parallel'");
  if (matrix) return matrixOf(matrix, maxParallel, problems);
  return { kind: 'parallel', count: sliceCount(fields, problems), maxParallel };
}

function sliceCount(fields: Fields, problems: Problems): number {
  const count = fields.count('parallel') ?? 1;
  if (count >= 1 && count <= most.slices) return count;
  const at = fields.tree('parallel')?.at ?? fields.at;
  problems.add(at, `'parallel' is expected to be from 1 to ${most.slices}`);
  return 1;
}

function matrixOf(tree: Tree, maxParallel: number, problems: Problems): Strategy {
  const expression = runtimeExpression(textOf(tree) ?? '');
  if (expression !== null) {
    checkExpression(expression, 'variable', tree.at, problems);
    return { kind: 'later', expression, maxParallel };
  }
  if (tree.kind !== 'mapping') {
    problems.add(tree.at, 'A mapping was expected');
    return { kind: 'once' };
  }
  if (tree.entries.length > most.legs) {
    problems.add(tree.at, `A matrix may have no more than ${most.legs} legs`);
  }
  return { kind: 'matrix', legs: tree.entries.map((entry) => legOf(entry, problems)), maxParallel };
}

function legOf(
  { key, value }: { key: { text: string; at: Tree['at'] }; value: Tree },
  problems: Problems,
): Leg {
  checkLegName(key.text, (message) => problems.add(key.at, message));
  if (value.kind !== 'mapping') {
    if (textOf(value) !== '') problems.add(value.at, 'A mapping was expected');
    return { name: key.text, variables: [] };
  }
  const variables = value.entries.map(({ key: name, value: written }) => {
    if (written.kind !== 'scalar') problems.add(written.at, 'A scalar was expected');
    return [name.text, textOf(written) ?? ''] as const;
  });
  return { name: key.text, variables };
}

/** Source: jobs-job-strategy.md: letters, digits and underscores, a letter first, at most 100 */
function checkLegName(name: string, refuse: (message: string) => void): void {
  if (!/^[A-Za-z]\w{0,99}$/.test(name)) refuse(`The name '${name}' of a matrix leg is not valid.`);
}
