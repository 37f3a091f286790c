import { applyCommand } from './apply-command.ts';
import type { StepContext } from './job-context.ts';
import { readLine } from './logging-command.ts';

/** A line that a step printed: a command, or text for the log. */
export function takeLine(line: string, step: StepContext): void {
  const read = readLine(line);
  if (read.kind === 'command') {
    applyCommand(read.command, line, step);
    return;
  }
  step.write(line);
  if (read.kind === 'broken') {
    step.write(
      `##[warning]'${line}' contains logging command keyword '##vso', but it's not a legal command. Please see the list of accepted commands: https://go.microsoft.com/fwlink/?LinkId=817296`,
    );
  }
}
