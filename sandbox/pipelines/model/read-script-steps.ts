import type { Problems } from '../yaml/problems.ts';
import type { Tree } from '../yaml/tree.ts';
import { type Fields, readFields } from './fields.ts';
import type { PowerShellStep, ScriptStep, ScriptText } from './pipeline.ts';
import { commonKeys, readCommon, type StepRead } from './read-common.ts';

/** `script:` and `bash:`. Source: steps-script.md and steps-bash.md of azure-devops-yaml-schema */
export function readScript(tree: Tree, task: ScriptStep['task'], problems: Problems): StepRead {
  const key = task === 'Bash' ? 'bash' : 'script';
  const known = [...commonKeys, key, 'workingDirectory', 'failOnStderr'];
  const fields = readFields(tree, { known, refused: ['noProfile'] }, problems);
  if (!fields) return null;
  const text = { kind: 'inline', script: fields.text(key) ?? '' } as const;
  return scriptStep(fields, { task, text, inputs: fields }, problems);
}

/** `pwsh:` and `powershell:`, which is pwsh as well on Linux. */
export function readPowerShell(tree: Tree, key: string, problems: Problems): StepRead {
  const known = [...commonKeys, key, ...preferences, ...powerShellKeys];
  const fields = readFields(tree, { known, refused: ['showWarnings'] }, problems);
  if (!fields) return null;
  const text = { kind: 'inline', script: fields.text(key) ?? '' } as const;
  return powerShellStep(fields, text, fields, problems);
}

/** Source: task.json of CmdLineV2 in microsoft/azure-pipelines-tasks */
export function cmdLineTask(fields: Fields, problems: Problems): StepRead {
  const shape = { known: ['script', 'workingDirectory', 'failOnStderr'] };
  const inputs = readFields(fields.tree('inputs'), shape, problems);
  const text = { kind: 'inline', script: inputs?.text('script') ?? '' } as const;
  return scriptStep(fields, { task: 'CmdLine', text, inputs }, problems);
}

/** Source: task.json of BashV3 in microsoft/azure-pipelines-tasks */
export function bashTask(fields: Fields, problems: Problems): StepRead {
  const known = [...fileKeys, 'workingDirectory', 'failOnStderr'];
  const inputs = readFields(fields.tree('inputs'), { known, refused: ['bashEnvValue'] }, problems);
  return scriptStep(fields, { task: 'Bash', text: textOf(inputs), inputs }, problems);
}

/** Source: task.json of PowerShellV2 in microsoft/azure-pipelines-tasks */
export function powerShellTask(fields: Fields, problems: Problems): StepRead {
  const known = [
    ...fileKeys,
    ...preferences,
    ...powerShellKeys,
    'pwsh',
    'runScriptInSeparateScope',
  ];
  const inputs = readFields(fields.tree('inputs'), { known, refused: ['showWarnings'] }, problems);
  return powerShellStep(fields, textOf(inputs), inputs, problems);
}

const fileKeys = ['targetType', 'filePath', 'arguments', 'script'];
const powerShellKeys = ['failOnStderr', 'ignoreLASTEXITCODE', 'workingDirectory'];
const preferences = [
  'errorActionPreference',
  'warningPreference',
  'informationPreference',
  'verbosePreference',
  'debugPreference',
  'progressPreference',
];

function textOf(inputs: Fields | null): ScriptText {
  if (inputs?.text('targetType')?.toLowerCase() === 'inline') {
    return { kind: 'inline', script: inputs.text('script') ?? '' };
  }
  return {
    kind: 'file',
    path: inputs?.text('filePath') ?? '',
    arguments: inputs?.text('arguments') ?? '',
  };
}

interface Script {
  readonly task: ScriptStep['task'];
  readonly text: ScriptText;
  readonly inputs: Fields | null;
}

function scriptStep(fields: Fields, { task, text, inputs }: Script, problems: Problems): StepRead {
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

function powerShellStep(
  fields: Fields,
  text: ScriptText,
  inputs: Fields | null,
  problems: Problems,
): StepRead {
  const base = readCommon(fields, 'PowerShell', problems);
  if (base === 'disabled') return base;
  return {
    ...base,
    kind: 'powershell',
    text,
    preferences: preferencesOf(inputs, problems),
    ignoresExitCode: inputs?.flag('ignoreLASTEXITCODE') ?? false,
    hasOwnScope: inputs?.flag('runScriptInSeparateScope') ?? false,
    workingDirectory: inputs?.text('workingDirectory') ?? null,
    failOnStderr: inputs?.flag('failOnStderr') ?? false,
  };
}

const actions = new Set(['default', 'stop', 'continue', 'silentlycontinue']);
const usual: Readonly<Record<string, string>> = {
  errorActionPreference: 'stop',
  progressPreference: 'silentlyContinue',
};

/** Source: microsoft/azure-pipelines-tasks, Tasks/PowerShellV2/powershell.ts */
function preferencesOf(inputs: Fields | null, problems: Problems): PowerShellStep['preferences'] {
  return preferences.flatMap((name) => {
    const action = inputs?.text(name) ?? usual[name] ?? 'default';
    if (!actions.has(action.toLowerCase())) {
      const message = `Invalid action preference for ${name}: '${action}'. The value must be one of: Default, Stop, Continue, SilentlyContinue`;
      problems.add(inputs?.tree(name)?.at ?? null, message);
    }
    const variable = name.slice(0, 1).toUpperCase() + name.slice(1);
    return action.toLowerCase() === 'default' ? [] : [[variable, action] as const];
  });
}
