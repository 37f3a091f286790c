import { reportToAzurePipelines } from './azure-pipelines-report.ts';
import { reportToGithub } from './github-report.ts';
import { jsonOf } from './json-report.ts';
import { junitOf } from './junit-report.ts';
import { plainLine } from './plain.ts';
import type { RunOptions } from './run-options.ts';
import type { RunResult } from './run-result.ts';
import type { Surroundings } from './surroundings.ts';
import { textOf } from './text-report.ts';

/**
 * Writes a result for people, for scripts, and for the CI system that runs us.
 *
 * What cannot be written is said; it changes no verdict.
 */
export function writeResult(
  result: RunResult,
  { junit, output }: Pick<RunOptions, 'junit' | 'output'>,
  around: Surroundings,
): void {
  const writers = [
    () => around.result(output === 'json' ? jsonOf(result) : textOf(result).join('\n')),
    () => junit !== undefined && around.files.write(junit, junitOf(result)),
    () =>
      around.env['TF_BUILD']?.toLowerCase() === 'true' && reportToAzurePipelines(result, around),
    () => around.env['GITHUB_ACTIONS'] === 'true' && reportToGithub(result, around),
  ];
  for (const write of writers) {
    try {
      write();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      around.progress(plainLine(`warning: a result could not be written: ${words}`));
    }
  }
}
