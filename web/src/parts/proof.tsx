import type { DeliveryView, RunView } from '../../../src/http/views.ts';
import { systemTitle } from '../run-station.ts';
import { runLight } from '../verdict.ts';
import { Lamp } from './lamp.tsx';
import { RunLink } from './run-link.tsx';
import { Theirs } from './theirs.tsx';

interface Props {
  readonly delivery: DeliveryView;
  readonly browse: string | null;
}

/** What the verdict rests on: the runs with all their parts, and what was asked for. */
export function Proof({ delivery, browse }: Props) {
  const runs = [delivery.run, ...delivery.evidence].filter((run) => run !== null);
  return (
    <details>
      <summary>Proof: runs, parts and request</summary>
      {runs.map((run) => (
        <Run key={`${run.system} ${run.id}`} run={run} browse={browse} />
      ))}
      <h5>Request</h5>
      <pre tabIndex={0} role="group" aria-label="Request">
        {JSON.stringify(delivery.request, null, 2)}
      </pre>
      <dl class="facts">
        <Fact name="Delivery" text={delivery.id} />
        <Fact name="Key" text={delivery.key} />
      </dl>
    </details>
  );
}

const FOUND = new Map([
  ['start', 'Signalbox started it'],
  ['key', 'it carries the key of this delivery'],
  ['output', 'the pipeline printed its id'],
]);

function Run({ run, browse }: { run: RunView; browse: string | null }) {
  return (
    <>
      <h5>
        <RunLink title={systemTitle(run.system)} detail={run.id} url={run.url} browse={browse} />
      </h5>
      <dl class="facts">
        <Fact name="Name" text={run.name} />
        <Fact name="State" text={stateOf(run)} />
        <Fact name="Ran as" text={run.actor} />
        <Fact name="Commit" text={run.commit} />
        <Fact name="Known because" text={FOUND.get(run.found_by) ?? run.found_by} />
      </dl>
      {run.parts.length > 0 && <Parts run={run} />}
    </>
  );
}

function Parts({ run }: { run: RunView }) {
  return (
    <ul class="parts">
      {run.parts.map((part) => {
        const light = runLight(part.status);
        return (
          <li key={part.name}>
            <Lamp light={light} />
            <span>
              <Theirs text={part.name} />{' '}
              <span class={`tone-${light.tone} word`}>{light.word.toLowerCase()}</span>{' '}
              <span class="quiet">
                <Theirs text={part.reason} />
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Fact({ name, text }: { name: string; text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Theirs text={text} />
      </dd>
    </div>
  );
}

function stateOf({ status, reason }: RunView): string {
  const { word } = runLight(status);
  return reason === '' ? word : `${word}: ${reason}`;
}
