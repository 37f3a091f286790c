import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import { minimatch } from '../minimatch.ts';
import { addArtifact, addIssue } from '../runs/run-record.ts';
import type { Variable } from '../variables/variable-set.ts';
import { unsupported } from '../yaml/problems.ts';
import { ArtifactError, filesIn, upload } from './artifacts.ts';
import type { StepContext } from './job-context.ts';
import type { LoggingCommand } from './logging-command.ts';
import { mergeResults, type Result } from './result.ts';

/** A logging command that cannot be carried out: its step fails. */
class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

type Handler = (command: LoggingCommand, step: StepContext) => void;

/** Source: microsoft/azure-pipelines-agent, src/Agent.Worker/TaskCommandExtension.cs, Build/*CommandExtension.cs */
const handlers: Readonly<Record<string, Handler>> = {
  'task.setvariable': setVariable,
  'task.setsecret': ({ data }, { job }) => job.masker.add(data),
  'task.logissue': logIssue,
  'task.issue': logIssue,
  'task.complete': complete,
  'task.debug': ({ data }, step) => {
    if (step.job.variables.get('system.debug')?.value.toLowerCase() === 'true') {
      step.write(`##[debug]${data}`);
    }
  },
  'task.setprogress': ({ properties, data }, { record }) => {
    record.percentComplete = Number(properties.get('value')) || 0;
    record.currentOperation = data;
  },
  'task.prependpath': ({ data }, step) => {
    const { job } = step;
    if (!maySet('PATH', step)) return;
    if (data === '') throw new CommandFailed('The path to put in front is missing.');
    job.path.unshift(data);
  },
  'task.uploadsummary': uploadSummary,
  'build.addbuildtag': ({ data }, { job }) => {
    const tag = data.trim();
    if (tag === '') throw new CommandFailed('Build tag is required.');
    if (!job.plan.record.tags.includes(tag)) job.plan.record.tags.push(tag);
  },
  'build.updatebuildnumber': ({ data }, { job }) => {
    if (data === '') throw new CommandFailed('Build number is required.');
    job.plan.record.number = data;
    const readonly = true;
    job.variables.set({ name: 'Build.BuildNumber', value: data, secret: false, readonly });
  },
  'artifact.upload': uploadArtifact,
  'artifact.associate': associateArtifact,
  'telemetry.publish': () => undefined,
};

/** Source: the `CommandRestriction` attributes of TaskCommandExtension.cs */
const allowedWhenRestricted: ReadonlySet<string> = new Set([
  'task.logdetail',
  'task.logissue',
  'task.issue',
  'task.complete',
  'task.setprogress',
  'task.setsecret',
  'task.setvariable',
  'task.debug',
  'task.settaskvariable',
  'task.prependpath',
]);

const known: ReadonlySet<string> = new Set([
  'task.logdetail',
  'task.uploadfile',
  'task.addattachment',
  'task.settaskvariable',
  'task.setendpoint',
  'build.uploadlog',
  'release.updatereleasename',
]);

const areas = new Set(['task', 'build', 'artifact', 'release', 'telemetry']);

/** Does what a logging command asks for; one that fails makes its step fail. */
export function applyCommand(command: LoggingCommand, line: string, step: StepContext): void {
  const name = `${command.area}.${command.event}`;
  if (step.restrictions.restricted && !allowedWhenRestricted.has(name)) {
    const message = `##vso[${name}] is not allowed in this step due to policy restrictions. Please reference documentation (http://go.microsoft.com/fwlink/?LinkId=817296)`;
    return report(step, 'warning', message);
  }
  try {
    const handler = handlers[name];
    if (handler) handler(command, step);
    else if (known.has(name)) throw new CommandFailed(unsupported(`##vso[${name}].`));
    else unknown(command, step);
  } catch (error) {
    if (!(error instanceof CommandFailed || error instanceof ArtifactError)) throw error;
    report(step, 'error', `Unable to process command '${line}' successfully. ${error.message}`);
    step.commandResult = mergeResults(step.commandResult, 'Failed');
  }
}

/** Writes an error or a warning into the log, and counts it. */
export function report(step: StepContext, type: 'error' | 'warning', message: string): void {
  step.write(`##[${type}]${message}`);
  addIssue(step.record, { type, message: step.job.masker.mask(message), data: {} });
}

function unknown({ area, event }: LoggingCommand, step: StepContext): void {
  if (!areas.has(area)) {
    const message = `Cannot find command extension for ##vso[${area}.command]. Please reference documentation (http://go.microsoft.com/fwlink/?LinkId=817296)`;
    report(step, 'warning', message);
    return;
  }
  throw new CommandFailed(
    `##vso[${area}.${event}] is not a recognized command for ${area} command extension.`,
  );
}

/** Whether a step may set a variable; if not, it is warned. Source: TaskRestrictionsExtension.cs */
function maySet(variable: string, step: StepContext): boolean {
  const { settable } = step.restrictions;
  if (settable === null || settable.some((pattern) => minimatch(variable, pattern, true))) {
    return true;
  }
  const message = `Setting variable '${variable}' has been disabled by the task or build definition.`;
  report(step, 'warning', message);
  return false;
}

function setVariable({ properties, data }: LoggingCommand, context: StepContext) {
  const { job, name: step } = context;
  const variable = properties.get('variable');
  if (variable === undefined) {
    throw new CommandFailed(
      "Required field 'variable' is missing in ##vso[task.setvariable] command.",
    );
  }
  if (!maySet(variable, context)) return;
  const isOutput = isTrue(properties.get('isoutput'));
  const name = isOutput ? `${step}.${variable}` : variable;
  const before = job.variables.get(name);
  const secret = isTrue(properties.get('issecret')) || before?.secret === true;
  checkNewValue(name, data, { secret, readonly: before?.readonly === true });
  if (secret) job.masker.add(data);
  if (isOutput) job.outputs.set(name, data);
  const readonly = isOutput || isTrue(properties.get('isreadonly'));
  job.variables.set({ name, value: data, secret, readonly });
}

function checkNewValue(
  name: string,
  value: string,
  { secret, readonly }: Pick<Variable, 'secret' | 'readonly'>,
): void {
  if (secret && /[\r\n]/.test(value)) {
    throw new CommandFailed('Secrets cannot contain multiple lines');
  }
  if (readonly) {
    throw new CommandFailed(
      `Overwriting readonly variable '${name}' is not permitted. See https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md for details.`,
    );
  }
}

function logIssue({ properties, data }: LoggingCommand, step: StepContext): void {
  const type = properties.get('type')?.toLowerCase();
  if (type !== 'error' && type !== 'warning') {
    throw new CommandFailed(`issue type ${type ?? ''} is not an expected issue type.`);
  }
  step.write(`##[${type}]${data}`);
  const others = [...properties].filter(([name]) => name !== 'type');
  const message = step.job.masker.mask(data);
  addIssue(step.record, { type, message, data: { type, ...Object.fromEntries(others) } });
}

function complete({ properties, data }: LoggingCommand, step: StepContext): void {
  const result = properties.get('result');
  if (!isResult(result)) throw new CommandFailed("Command doesn't have valid result value.");
  step.commandResult = mergeResults(step.commandResult, result);
  step.record.currentOperation = data;
}

function isResult(word: string | undefined): word is Result {
  const results: readonly (string | undefined)[] = [
    'Succeeded',
    'SucceededWithIssues',
    'Failed',
    'Canceled',
    'Skipped',
    'Abandoned',
  ];
  return results.includes(word);
}

const maxSummaryBytes = 1024 * 1024;

function uploadSummary({ data }: LoggingCommand, { job }: StepContext): void {
  const path = resolve(job.dirs.sources, data);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (data === '' || size === undefined)
    throw new CommandFailed(`Cannot upload summary, '${data}' does not exist.`);
  if (size > maxSummaryBytes)
    throw new CommandFailed(`Cannot upload summary, '${data}' is too large.`);
  const text = job.masker.mask(readFileSync(path, 'utf8'));
  job.plan.record.summaries.push({ name: basename(path), text });
}

/** Source: microsoft/azure-pipelines-agent, src/Agent.Worker/Build/ArtifactCommandExtension.cs */
function uploadArtifact({ properties, data }: LoggingCommand, step: StepContext): void {
  const name = properties.get('artifactname');
  if (name === undefined) throw new CommandFailed('Artifact Name is required.');
  if (data === '') throw new CommandFailed('Artifact location is required.');
  const from = resolve(step.job.dirs.sources, data);
  const found = statSync(from, { throwIfNoEntry: false });
  if (!found) throw new CommandFailed(`Path does not exist: ${data}`);
  if (found.isDirectory() && filesIn(from).length === 0) {
    const message = `Directory '${from}' is empty. Nothing will be added to build artifact '${name}'.`;
    return report(step, 'warning', message);
  }
  // A container may hold more than its artifact; here it holds nothing else.
  const folder = properties.get('containerfolder') ?? name;
  const [first, ...rest] = folder.split('/');
  const within = first === name ? rest.join('/') : folder;
  upload(step.job, { name, type: 'Container', from, folder: within });
  const { id } = step.job.plan.record;
  step.write(`Upload '${from}' to file container: '#/${id}/${folder}'`);
}

const resources = ['Container', 'FilePath', 'VersionControl', 'GitRef'] as const;

function associateArtifact({ properties, data }: LoggingCommand, step: StepContext): void {
  const name = properties.get('artifactname');
  if (name === undefined) throw new CommandFailed('Artifact Name is required.');
  const word = (properties.get('artifacttype') ?? properties.get('type') ?? '').toLowerCase();
  const type = resources.find((one) => one.toLowerCase() === word);
  if (type === undefined) throw new CommandFailed('Artifact Type is required.');
  if (data === '') throw new CommandFailed('Artifact location is required.');
  const { record } = step.job.plan;
  const source = step.job.record.id;
  const { id } = addArtifact(record, { name, source, type, data, dir: null });
  step.write(`Associated artifact ${id} with build ${record.id}`);
}

function isTrue(word: string | undefined): boolean {
  return word?.trim().toLowerCase() === 'true';
}
