import type { Problems } from '../yaml/problems.ts';
import { entryOf, type Tree } from '../yaml/tree.ts';
import { checkExpression } from './check-expression.ts';
import { type Fields, readFields } from './fields.ts';
import type { Job } from './pipeline.ts';
import { readDeployment } from './read-deployment.ts';
import { checkPool } from './read-pool.ts';
import { readSteps } from './read-steps.ts';
import { readStrategy } from './read-strategy.ts';
import { readVariables } from './read-variables.ts';

/** What a job may say, and a pipeline of a single job at its root. */
export const jobKeys = {
  known: ['pool', 'continueOnError', 'workspace', 'variables', 'steps', 'strategy'],
  refused: ['container', 'services'],
};

const graphKeys = [
  'displayName',
  'dependsOn',
  'condition',
  'timeoutInMinutes',
  'cancelTimeoutInMinutes',
];

/** Source: jobs-job.md of MicrosoftDocs/azure-devops-yaml-schema */
const shape = {
  known: [...jobKeys.known, ...graphKeys, 'job'],
  refused: [...jobKeys.refused, 'uses', 'templateContext'],
};

/** Source: jobs-deployment.md of MicrosoftDocs/azure-devops-yaml-schema */
const deploymentShape = {
  known: [
    ...graphKeys,
    'pool',
    'continueOnError',
    'workspace',
    'variables',
    'strategy',
    'deployment',
    'environment',
  ],
  refused: [...jobKeys.refused, 'uses', 'templateContext'],
};

/** Source: docs/pipelines/process/phases.md of MicrosoftDocs/azure-devops-docs, "Timeouts" */
const defaultTimeoutMinutes = 60;
const defaultCancelTimeoutMinutes = 5;

/** The jobs of a stage. */
export function readJobs(tree: Tree, problems: Problems): readonly Job[] {
  if (tree.kind !== 'sequence') {
    problems.add(tree.at, 'A sequence was expected');
    return [];
  }
  return tree.items.flatMap((item, index) => {
    const isDeployment = entryOf(item, 'deployment') !== undefined;
    const fields = readFields(item, isDeployment ? deploymentShape : shape, problems);
    if (!fields) return [];
    const name = fields.text(isDeployment ? 'deployment' : 'job') || `Job${index + 1}`;
    return [isDeployment ? deploymentOf(fields, name, problems) : jobOf(fields, name, problems)];
  });
}

/** One job, from its own mapping or from the root of a pipeline that has no other. */
export function jobOf(fields: Fields, name: string, problems: Problems): Job {
  const where = { job: name, at: fields.at, implies: 'checkout' } as const;
  return {
    ...frameOf(fields, name, problems),
    steps: readSteps(fields.tree('steps'), where, problems),
    strategy: readStrategy(fields.tree('strategy'), problems),
  };
}

function deploymentOf(fields: Fields, name: string, problems: Problems): Job {
  return {
    ...frameOf(fields, name, problems),
    steps: [],
    strategy: readDeployment(fields, name, problems),
  };
}

function frameOf(fields: Fields, name: string, problems: Problems) {
  checkPool(fields.tree('pool'), problems);
  readFields(fields.tree('workspace'), { known: ['clean'] }, problems);
  return {
    name,
    at: nameAt(fields),
    displayName: fields.text('displayName') ?? name,
    dependsOn: fields.texts('dependsOn') ?? [],
    dependsOnAt: fields.tree('dependsOn')?.at ?? fields.at,
    condition: readCondition(fields, problems),
    continueOnError: fields.flag('continueOnError') ?? false,
    timeoutMinutes: fields.count('timeoutInMinutes') ?? defaultTimeoutMinutes,
    cancelTimeoutMinutes: fields.count('cancelTimeoutInMinutes') ?? defaultCancelTimeoutMinutes,
    variables: readVariables(fields.tree('variables'), problems),
  };
}

function nameAt(fields: Fields) {
  return (fields.tree('job') ?? fields.tree('deployment'))?.at ?? fields.at;
}

/** The condition of a stage or a job; null: the usual one. */
export function readCondition(fields: Fields, problems: Problems): string | null {
  const condition = fields.text('condition') ?? null;
  if (condition !== null) {
    checkExpression(condition, 'condition', fields.tree('condition')?.at ?? fields.at, problems);
  }
  return condition;
}
