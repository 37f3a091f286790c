import path from 'node:path';

import { summaryOf } from './markdown-summary.ts';
import { outputsOf } from './outputs.ts';
import { plainLine } from './plain.ts';
import type { RunResult } from './run-result.ts';
import type { Surroundings } from './surroundings.ts';
import { isBad } from './text-report.ts';

/**
 * Hands the result to the job of Azure Pipelines that runs us: variables, a summary, the errors.
 *
 * On stderr, which its agent reads as well, so that stdout is the result and nothing else.
 * Source: microsoft/azure-pipelines-agent `src/Agent.Worker/WorkerCommandManager.cs`,
 * `src/Agent.Sdk/CommandStringConvertor.cs`
 */
export function reportToAzurePipelines(
  result: RunResult,
  { env, files, progress }: Surroundings,
): void {
  for (const [name, value] of outputsOf(result)) {
    progress(`##vso[task.setvariable variable=${name};isoutput=true]${escaped(value)}`);
  }
  const folder = env['AGENT_TEMPDIRECTORY'];
  if (folder !== undefined && path.isAbsolute(folder)) {
    const file = path.join(folder, `signalbox-run-${result.key.slice(0, 16)}.md`);
    files.write(file, summaryOf(result));
    progress(`##vso[task.uploadsummary]${escaped(file)}`);
  }
  for (const line of complaintsOf(result)) {
    progress(`##vso[task.logissue type=error]${escaped(line)}`);
  }
}

/** One line for the verdict, and one for each task that has something to say. */
export function complaintsOf(result: RunResult): readonly string[] {
  const { verdict, reason, tasks, evidence, what } = result;
  if (verdict === null || verdict === 'succeeded') return [];
  return [
    plainLine(`${what} ${verdict}: ${reason}`),
    ...[...tasks, ...evidence.flatMap((one) => one.tasks)]
      .filter((task) => isBad(task) && task.error !== null)
      .slice(0, MOST_COMPLAINTS)
      .map(({ name, error }) => plainLine(`task ${name}: ${error}`)),
  ];
}

/** The agent shows ten. Source: microsoft/azure-pipelines-agent `src/Agent.Worker/ExecutionContext.cs` */
const MOST_COMPLAINTS = 9;

function escaped(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
