import { plainLine, plainLines } from './plain.ts';
import type { RunResult, TaskResult } from './run-result.ts';

/** The result for people: the verdict first, the failed tasks with their traces, the link last. */
export function textOf(result: RunResult): readonly string[] {
  const { verdict, reason, hint, run, tasks } = result;
  return [
    plainLine(`${verdict ?? 'started'}: ${reason}`),
    ...(run?.is_earlier ? ['  it had this --key before, and was not started now'] : []),
    ...tasks.filter((task) => isBad(task)).flatMap((task) => linesOfTask(task, reason)),
    ...(hint === null ? [] : [plainLine(`  ${hint}`)]),
    ...(run ? [plainLine(run.url ?? `run ${run.id}`)] : []),
  ];
}

/** Whether a person has to look at it. */
export function isBad({ verdict }: TaskResult): boolean {
  return verdict !== 'succeeded' && verdict !== 'skipped';
}

/** What the run's own reason says already is not said again. */
function linesOfTask(task: TaskResult, said: string): readonly string[] {
  const { name, attempt, verdict, reason, error, trace } = task;
  const last = attempt > 1 ? `, attempt ${attempt}` : '';
  const why = said.includes(reason) ? '' : `, ${reason}`;
  return [
    plainLine(`task ${name}${last}: ${verdict ?? 'not ended'}${why}`),
    ...(error === null || reason.includes(error) ? [] : [`  ${plainLine(error)}`]),
    ...(trace === null ? [] : plainLines(trace).map((line) => `  | ${line}`)),
  ];
}
