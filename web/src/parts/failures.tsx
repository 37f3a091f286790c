import type { DeliveryView, PartView, ReportView, RunView } from '../../../src/http/views.ts';
import { systemTitle } from '../run-station.ts';
import { isTrouble, runLight } from '../verdict.ts';
import { Lamp } from './lamp.tsx';
import { Theirs } from './theirs.tsx';

/** What went wrong, in the words of whoever it went wrong for; nothing where all went well. */
export function Failures({ delivery }: { delivery: DeliveryView }) {
  const runs = [delivery.run, ...delivery.evidence].filter((run) => run !== null);
  const parts = runs.flatMap((run) =>
    run.parts.filter((part) => isTrouble(part.status)).map((part) => ({ run, part })),
  );
  const reports = delivery.reports.filter(({ state, reason }) => state !== 'done' && reason !== '');
  if (parts.length + reports.length === 0) return null;
  return (
    <ul class="failures" aria-label="What went wrong">
      {parts.map(({ run, part }) => (
        <FailedPart key={`${run.system} ${run.id} ${part.name}`} run={run} part={part} />
      ))}
      {reports.map((report) => (
        <FailedReport key={report.form} report={report} />
      ))}
    </ul>
  );
}

function FailedPart({ run, part }: { run: RunView; part: PartView }) {
  const light = runLight(part.status);
  return (
    <li>
      <p>
        <Lamp light={light} />
        <strong>
          {partTitle(run)} <Theirs text={part.name} />
        </strong>{' '}
        <span class={`tone-${light.tone} word`}>{light.word.toLowerCase()}</span>
        {part.reason !== '' && (
          <>
            : <Theirs text={part.reason} />
          </>
        )}
      </p>
      {part.error !== null && part.error !== '' && (
        <pre tabIndex={0} role="group" aria-label={`What ${part.name} printed`}>
          {part.error}
        </pre>
      )}
    </li>
  );
}

function FailedReport({ report: { form, state, reason } }: { report: ReportView }) {
  return (
    <li>
      <p>
        <strong>
          Report <Theirs text={form} />
        </strong>{' '}
        {state === 'failed' ? 'could not be written' : 'is still to be written'}:{' '}
        <Theirs text={reason} />
      </p>
    </li>
  );
}

/** A pipeline run has jobs, a Databricks run has tasks. */
function partTitle({ system }: RunView): string {
  if (system === 'azure-pipelines') return 'Job';
  if (system === 'databricks') return 'Task';
  return `${systemTitle(system)} part`;
}
