import { conclusionOf } from '../jobs/job-json.ts';
import { phaseAt, type Run } from '../runs/run.ts';

/** The log of a job that has ended, every line with its time; null: it has not ended. */
export function logText(run: Run, job: Run['jobs'][number], nowMs: number): string | null {
  const phase = phaseAt(run, nowMs);
  if (phase.status !== 'completed') return null;
  const lines = [
    '##[group]Signalbox sandbox',
    `${run.event} runs are recorded, not executed: this GitHub is an emulator, and runs no workflow.`,
    `The end of this run, ${phase.conclusion}, is what the configuration or a fault says.`,
    '##[endgroup]',
    `Started by ${run.user.login} on ${run.branch} with ${JSON.stringify(run.said)}`,
    ...(job === run.jobs[0] ? run.workflow.log : []),
    ...(conclusionOf(run, job, phase) === 'failure'
      ? ['##[error]Process completed with exit code 1.']
      : []),
  ];
  const time = `${new Date(run.startsMs).toISOString().slice(0, -1)}0000Z`;
  return lines
    .flatMap((line) => line.split(/\r?\n/u))
    .map((line) => `${time} ${line}\n`)
    .join('');
}
