import { plainLine, plainLines } from './plain.ts';
import type { EvidenceResult, RunResult, TaskResult } from './run-result.ts';

/** The result for people: the verdict first, the failed tasks with their traces, the link last. */
export function textOf(result: RunResult): readonly string[] {
  const { verdict, reason, hint, run, tasks, evidence } = result;
  return [
    plainLine(`${verdict ?? 'started'}: ${reason}`),
    ...(run?.is_earlier ? ['  it had this --key before, and was not started now'] : []),
    ...tasks.filter((task) => isBad(task)).flatMap((task) => linesOfTask(task, reason)),
    ...evidence.flatMap((one) => linesOfEvidence(one)),
    ...(hint === null ? [] : [plainLine(`  ${hint}`)]),
    ...(run ? [plainLine(run.url ?? `run ${run.id}`)] : []),
  ];
}

/** Whether a person has to look at it. */
export function isBad({ verdict }: Pick<TaskResult, 'verdict'>): boolean {
  return verdict !== 'succeeded' && verdict !== 'skipped';
}

/** A run that is there beside the one that was started: where it is, and what went wrong in it. */
function linesOfEvidence({ system, id, verdict, reason, url, tasks }: EvidenceResult) {
  const why = verdict === null ? `not ended, ${reason}` : verdict;
  return [
    plainLine(`${system} run ${id}: ${why} ${url}`),
    ...tasks
      .filter((task) => isBad(task))
      .flatMap(({ name, error }) => (error === null ? [] : plainLines(`task ${name}: ${error}`)))
      .map((line) => `  | ${line}`),
  ];
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
