import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Tree } from '../yaml/tree.ts';
import { checkExpression } from './check-expression.ts';
import { type Fields, readFields } from './fields.ts';
import type { Job, Step } from './pipeline.ts';
import { implicitCheckout, readStep } from './read-step.ts';
import { readVariables } from './read-variables.ts';

/** What a job may say, and a pipeline of a single job at its root. */
export const jobKeys = {
  known: ['pool', 'continueOnError', 'workspace', 'variables', 'steps'],
  refused: ['strategy', 'container', 'services'],
};

/** Source: jobs-job.md of MicrosoftDocs/azure-devops-yaml-schema */
const shape = {
  known: [
    ...jobKeys.known,
    'job',
    'displayName',
    'dependsOn',
    'condition',
    'timeoutInMinutes',
    'cancelTimeoutInMinutes',
  ],
  refused: [...jobKeys.refused, 'deployment', 'environment', 'uses', 'templateContext'],
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
    const fields = readFields(item, shape, problems);
    if (!fields) return [];
    const name = fields.text('job') || `Job${index + 1}`;
    return [jobOf(fields, name, problems)];
  });
}

/** One job, from its own mapping or from the root of a pipeline that has no other. */
export function jobOf(fields: Fields, name: string, problems: Problems): Job {
  checkPool(fields.tree('pool'), problems);
  readFields(fields.tree('workspace'), { known: ['clean'] }, problems);
  const condition = readCondition(fields, problems);
  return {
    name,
    displayName: fields.text('displayName') ?? name,
    dependsOn: fields.texts('dependsOn') ?? [],
    condition,
    continueOnError: fields.flag('continueOnError') ?? false,
    timeoutMinutes: fields.count('timeoutInMinutes') ?? defaultTimeoutMinutes,
    cancelTimeoutMinutes: fields.count('cancelTimeoutInMinutes') ?? defaultCancelTimeoutMinutes,
    variables: readVariables(fields.tree('variables'), problems),
    steps: readSteps(fields, problems),
  };
}

/** The condition of a stage or a job; null: the usual one. */
export function readCondition(fields: Fields, problems: Problems): string | null {
  const condition = fields.text('condition') ?? null;
  if (condition !== null) {
    checkExpression(condition, 'condition', fields.tree('condition')?.at ?? fields.at, problems);
  }
  return condition;
}

/** Refuses a pool whose jobs this machine cannot run. */
export function checkPool(tree: Tree | undefined, problems: Problems): void {
  if (tree?.kind === 'scalar') {
    if (tree.text.toLowerCase() === 'server') problems.add(tree.at, unsupported("'pool: server'"));
    return;
  }
  const pool = readFields(tree, { known: ['name', 'vmImage', 'demands'] }, problems);
  const image = pool?.text('vmImage') ?? '';
  if (/windows|macos/i.test(image)) {
    problems.add(pool?.tree('vmImage')?.at ?? null, unsupported(`the image '${image}'`));
  }
}

function readSteps(fields: Fields, problems: Problems): readonly Step[] {
  const tree = fields.tree('steps');
  if (tree?.kind !== 'sequence') {
    problems.add(tree?.at ?? fields.at, "A sequence of 'steps' was expected");
    return [];
  }
  const read = tree.items.map((item) => readStep(item, problems));
  const steps = read.filter((step) => step !== null && typeof step !== 'string');
  const checksOut = tree.items.some((item) => entryOf(item, 'checkout'));
  const names = new Map<string, number>();
  return (checksOut ? steps : [implicitCheckout, ...steps]).map((step) => named(step, names));
}

/** Output variables of a step without a name are found under that of its task. */
function named(step: Step, taken: Map<string, number>): Step {
  if (step.name !== '') return step;
  const task = step.kind === 'script' ? step.task : 'Checkout';
  const number = (taken.get(task) ?? 0) + 1;
  taken.set(task, number);
  return { ...step, name: number === 1 ? task : `${task}${number}` };
}
