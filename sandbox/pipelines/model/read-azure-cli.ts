import { type Problems, unsupported } from '../yaml/problems.ts';
import { type Fields, readFields } from './fields.ts';
import type { ScriptText } from './pipeline.ts';
import { readCommon, type StepRead } from './read-common.ts';

const shape = {
  known: [
    'azureSubscription',
    'connectedServiceNameARM',
    'scriptType',
    'scriptLocation',
    'scriptPath',
    'inlineScript',
    'arguments',
    'scriptArguments',
    'addSpnToEnvironment',
    'workingDirectory',
    'cwd',
    'failOnStandardError',
    'visibleAzLogin',
  ],
  refused: [
    'powerShellErrorActionPreference',
    'powerShellIgnoreLASTEXITCODE',
    'useGlobalConfig',
    'keepAzSessionActive',
  ],
};

/** Source: task.json of AzureCLIV2 in microsoft/azure-pipelines-tasks */
export function azureCliTask(fields: Fields, problems: Problems): StepRead {
  const inputs = readFields(fields.tree('inputs'), shape, problems);
  const base = readCommon(fields, 'AzureCLI', problems);
  if (base === 'disabled') return base;
  checkType(inputs, problems);
  return {
    ...base,
    kind: 'azure-cli',
    connection: either(inputs, 'connectedServiceNameARM', 'azureSubscription'),
    text: textOf(inputs),
    tellsCredential: inputs?.flag('addSpnToEnvironment') ?? false,
    workingDirectory: either(inputs, 'cwd', 'workingDirectory') || null,
    failOnStderr: inputs?.flag('failOnStandardError') ?? false,
  };
}

function textOf(inputs: Fields | null): ScriptText {
  if (inputs?.text('scriptLocation')?.toLowerCase() === 'inlinescript') {
    return { kind: 'inline', script: inputs.text('inlineScript') ?? '' };
  }
  return {
    kind: 'file',
    path: inputs?.text('scriptPath') ?? '',
    arguments: either(inputs, 'scriptArguments', 'arguments'),
  };
}

function either(inputs: Fields | null, one: string, other: string): string {
  return inputs?.text(one) ?? inputs?.text(other) ?? '';
}

function checkType(inputs: Fields | null, problems: Problems): void {
  const type = inputs?.text('scriptType') ?? '';
  if (type.toLowerCase() === 'bash') return;
  const at = inputs?.tree('scriptType')?.at ?? inputs?.at ?? null;
  problems.add(at, unsupported(`'scriptType: ${type}' of AzureCLI@2: it has bash`));
}
