import { type Problems, unsupported } from '../yaml/problems.ts';
import { type Tree, textOf } from '../yaml/tree.ts';
import { checkExpression } from './check-expression.ts';
import { type Fields, readFields } from './fields.ts';
import type { Restrictions, Step } from './pipeline.ts';

/** What a step of a file is; `no checkout` says that the job asks for none. */
export type StepRead = Step | 'no checkout' | 'no download' | 'disabled' | null;

/** The keys that every step may have. Source: steps-task.md of MicrosoftDocs/azure-devops-yaml-schema */
export const commonKeys = [
  'displayName',
  'name',
  'condition',
  'continueOnError',
  'enabled',
  'env',
  'timeoutInMinutes',
  'retryCountOnTaskFailure',
  'target',
];

/** Source: microsoft/azure-pipelines-agent, src/Agent.Worker/RetryHelper.cs */
const maxRetries = 10;

/** What every step has; `disabled` when it is not to be there at all. */
export function readCommon(fields: Fields, task: string, problems: Problems) {
  if (fields.flag('enabled') === false) return 'disabled';
  return {
    at: fields.at,
    name: fields.text('name') ?? '',
    displayName: fields.text('displayName') ?? task,
    condition: readStepCondition(fields, problems),
    continueOnError: fields.flag('continueOnError') ?? false,
    env: readEnv(fields.tree('env'), problems),
    timeoutMinutes: fields.count('timeoutInMinutes') ?? null,
    retries: Math.min(fields.count('retryCountOnTaskFailure') ?? 0, maxRetries),
    restrictions: readTarget(fields.tree('target'), problems),
  } as const;
}

function readStepCondition(fields: Fields, problems: Problems): string | null {
  const tree = fields.tree('condition');
  const condition = fields.text('condition') ?? null;
  if (tree && condition !== null) checkExpression(condition, 'stepCondition', tree.at, problems);
  return condition;
}

function readEnv(tree: Tree | undefined, problems: Problems) {
  if (!tree) return [];
  if (tree.kind !== 'mapping') {
    problems.add(tree.at, 'A mapping was expected');
    return [];
  }
  return tree.entries.map(({ key, value }) => {
    if (value.kind !== 'scalar') problems.add(value.at, 'A scalar was expected');
    return [key.text, value.kind === 'scalar' ? value.text : ''] as const;
  });
}

/** No step is held back unless its file says so. */
export const unrestricted: Restrictions = { restricted: false, settable: null };

/**
 * What a `target` keeps a step from; the sandbox has no container to run it in.
 * Source: target.md of MicrosoftDocs/azure-devops-yaml-schema
 */
function readTarget(tree: Tree | undefined, problems: Problems): Restrictions {
  if (tree?.kind === 'scalar') refuseContainer(tree, problems);
  if (!tree || tree.kind === 'scalar') return unrestricted;
  const fields = readFields(
    tree,
    { known: ['container', 'commands', 'settableVariables'] },
    problems,
  );
  if (!fields) return unrestricted;
  refuseContainer(fields.tree('container'), problems);
  return {
    restricted: isRestricted(fields, problems),
    settable: settableOf(fields),
  };
}

function isRestricted(fields: Fields, problems: Problems): boolean {
  const commands = fields.text('commands') ?? 'any';
  if (!['any', 'restricted'].includes(commands.toLowerCase())) {
    problems.add(fields.tree('commands')?.at ?? fields.at, `Unexpected value '${commands}'`);
  }
  return commands.toLowerCase() === 'restricted';
}

function settableOf(fields: Fields): readonly string[] | null {
  const isNone = textOf(fields.tree('settableVariables'))?.toLowerCase() === 'none';
  return isNone ? [] : (fields.texts('settableVariables') ?? null);
}

function refuseContainer(tree: Tree | undefined, problems: Problems): void {
  if (tree?.kind !== 'scalar' || tree.text.toLowerCase() === 'host') return;
  problems.add(tree.at, unsupported(`the container '${tree.text}' as 'target'`));
}
