import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Tree } from '../yaml/tree.ts';
import { checkExpression } from './check-expression.ts';
import { type Fields, readFields } from './fields.ts';
import type { CheckoutStep, ScriptStep, Step } from './pipeline.ts';

const common = [
  'displayName',
  'name',
  'condition',
  'continueOnError',
  'enabled',
  'env',
  'timeoutInMinutes',
  'retryCountOnTaskFailure',
];
const refused = ['target'];
const shortcuts = [
  'pwsh',
  'powershell',
  'publish',
  'download',
  'getPackage',
  'downloadBuild',
  'reviewApp',
  'upload',
  'restoreCache',
  'saveCache',
];

/** Source: microsoft/azure-pipelines-agent, src/Agent.Worker/RetryHelper.cs */
const maxRetries = 10;

/** What a step of a file is; `no checkout` says that the job asks for none. */
export type StepRead = Step | 'no checkout' | 'disabled' | null;

/**
 * One step: a script, a checkout, or a task that the sandbox has.
 * Source: steps.md, steps-script.md, steps-bash.md, steps-checkout.md and steps-task.md of
 * MicrosoftDocs/azure-devops-yaml-schema
 */
export function readStep(tree: Tree, problems: Problems): StepRead {
  for (const [key, read] of readers) if (entryOf(tree, key)) return read(tree, problems);
  const shortcut = shortcuts.map((name) => entryOf(tree, name)).find((entry) => entry);
  const first = tree.kind === 'mapping' ? tree.entries[0] : undefined;
  if (shortcut) problems.add(shortcut.key.at, unsupported(`'${shortcut.key.text}' steps`));
  else if (first) problems.add(first.key.at, `Unexpected value '${first.key.text}'`);
  else problems.add(tree.at, 'A step is expected to be a mapping');
  return null;
}

const readers: readonly (readonly [string, (tree: Tree, problems: Problems) => StepRead])[] = [
  ['script', (tree, problems) => readScript(tree, 'CmdLine', problems)],
  ['bash', (tree, problems) => readScript(tree, 'Bash', problems)],
  ['checkout', readCheckout],
  ['task', readTask],
];

function readScript(tree: Tree, task: ScriptStep['task'], problems: Problems): StepRead {
  const key = task === 'Bash' ? 'bash' : 'script';
  const known = [...common, key, 'workingDirectory', 'failOnStderr'];
  const fields = readFields(tree, { known, refused: [...refused, 'noProfile'] }, problems);
  if (!fields) return null;
  const text = { kind: 'inline', script: fields.text(key) ?? '' } as const;
  return scriptStep(fields, { task, text, fields }, problems);
}

function readTask(tree: Tree, problems: Problems): StepRead {
  const fields = readFields(tree, { known: [...common, 'task', 'inputs'], refused }, problems);
  if (!fields) return null;
  const reference = fields.text('task') ?? '';
  const task = /^(CmdLine@2|Bash@3)$/i.exec(reference)?.[1]?.toLowerCase();
  if (task === undefined) {
    const at = fields.tree('task')?.at ?? tree.at;
    problems.add(at, unsupported(`the task '${reference}': it has CmdLine@2 and Bash@3`));
    return null;
  }
  return task === 'bash@3' ? bashTask(fields, problems) : cmdLineTask(fields, problems);
}

function cmdLineTask(fields: Fields, problems: Problems): StepRead {
  const shape = { known: ['script', 'workingDirectory', 'failOnStderr'] };
  const inputs = readFields(fields.tree('inputs'), shape, problems);
  const text = { kind: 'inline', script: inputs?.text('script') ?? '' } as const;
  return scriptStep(fields, { task: 'CmdLine', text, fields: inputs }, problems);
}

function bashTask(fields: Fields, problems: Problems): StepRead {
  const shape = {
    known: ['targetType', 'filePath', 'arguments', 'script', 'workingDirectory', 'failOnStderr'],
    refused: ['bashEnvValue'],
  };
  const inputs = readFields(fields.tree('inputs'), shape, problems);
  const inline = inputs?.text('targetType')?.toLowerCase() === 'inline';
  const text = inline
    ? ({ kind: 'inline', script: inputs?.text('script') ?? '' } as const)
    : ({
        kind: 'file',
        path: inputs?.text('filePath') ?? '',
        arguments: inputs?.text('arguments') ?? '',
      } as const);
  return scriptStep(fields, { task: 'Bash', text, fields: inputs }, problems);
}

interface Script {
  readonly task: ScriptStep['task'];
  readonly text: ScriptStep['text'];
  readonly fields: Fields | null;
}

function scriptStep(
  fields: Fields,
  { task, text, fields: inputs }: Script,
  problems: Problems,
): StepRead {
  const base = readCommon(fields, task, problems);
  if (base === 'disabled') return base;
  return {
    ...base,
    kind: 'script',
    task,
    text,
    workingDirectory: inputs?.text('workingDirectory') ?? null,
    failOnStderr: inputs?.flag('failOnStderr') ?? false,
  };
}

function readCheckout(tree: Tree, problems: Problems): StepRead {
  const known = [
    ...common,
    'checkout',
    'clean',
    'fetchDepth',
    'fetchTags',
    'persistCredentials',
    'path',
  ];
  const shape = {
    known,
    refused: [
      ...refused,
      'lfs',
      'submodules',
      'fetchFilter',
      'sparseCheckoutDirectories',
      'sparseCheckoutPatterns',
      'workspaceRepo',
    ],
  };
  const fields = readFields(tree, shape, problems);
  if (!fields) return null;
  const what = (fields.text('checkout') ?? '').toLowerCase();
  if (what === 'none') return 'no checkout';
  if (what !== 'self') {
    problems.add(fields.tree('checkout')?.at ?? tree.at, unsupported(`'checkout: ${what}'`));
    return null;
  }
  const base = readCommon(fields, 'Checkout', problems);
  if (base === 'disabled') return base;
  return {
    ...base,
    kind: 'checkout',
    displayName: fields.text('displayName') ?? '',
    ...checkoutOptions(fields),
  };
}

function checkoutOptions(fields: Fields) {
  return {
    fetchDepth: fields.count('fetchDepth') ?? 1,
    persistCredentials: fields.flag('persistCredentials') ?? false,
    path: fields.text('path') ?? null,
  };
}

/** The checkout that a job starts with unless it says otherwise. */
export const implicitCheckout: CheckoutStep = {
  kind: 'checkout',
  name: '',
  displayName: '',
  condition: null,
  continueOnError: false,
  env: [],
  timeoutMinutes: null,
  retries: 0,
  fetchDepth: 1,
  persistCredentials: false,
  path: null,
};

function readCommon(fields: Fields, task: string, problems: Problems) {
  if (fields.flag('enabled') === false) return 'disabled';
  return {
    name: fields.text('name') ?? '',
    displayName: fields.text('displayName') ?? task,
    condition: readStepCondition(fields, problems),
    continueOnError: fields.flag('continueOnError') ?? false,
    env: readEnv(fields.tree('env'), problems),
    timeoutMinutes: fields.count('timeoutInMinutes') ?? null,
    retries: Math.min(fields.count('retryCountOnTaskFailure') ?? 0, maxRetries),
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
