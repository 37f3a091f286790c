import { randomUUID } from 'node:crypto';

import { complaintsOf } from './azure-pipelines-report.ts';
import { summaryOf } from './markdown-summary.ts';
import { outputsOf } from './outputs.ts';
import type { RunResult } from './run-result.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Hands the result to the job of GitHub Actions that runs us: outputs, a summary, annotations.
 * Source: github/docs, actions/reference/workflows-and-actions/workflow-commands.md
 */
export function reportToGithub(result: RunResult, { env, files, progress }: Surroundings): void {
  const { GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: summary } = env;
  if (outputs) {
    for (const [name, value] of outputsOf(result)) {
      // Nobody who writes the value can know where it ends.
      const end = `signalbox-${randomUUID()}`;
      files.append(outputs, `${name}<<${end}\n${value}\n${end}\n`);
    }
  }
  if (summary) files.append(summary, `${summaryOf(result)}\n`);
  for (const line of complaintsOf(result)) progress(`::error title=Signalbox::${escaped(line)}`);
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
