import { useId, useState } from 'preact/hooks';

import type { StatusView } from '../../../src/http/views.ts';
import { manualSources, manualStarts } from '../manual-start.ts';
import type { Request, Requested } from '../request-by-hand.ts';
import { Choice, Field } from './field.tsx';

interface Props {
  readonly status: StatusView;
  readonly request: Request;
}

/** A form that requests one of the rules that people may ask for. */
export function StartByHand({ status, request }: Props) {
  const starts = manualStarts(status);
  const sources = manualSources(status);
  return (
    <section aria-labelledby="by-hand">
      <h2 id="by-hand">Start by hand</h2>
      {starts.length === 0 || sources.length === 0 ? (
        <p class="quiet">
          No rule is on <code>manual.requested</code>, so there is nothing to start by hand.
        </p>
      ) : (
        <Form starts={starts} sources={sources} request={request} />
      )}
    </section>
  );
}

interface FormProps {
  readonly starts: ReturnType<typeof manualStarts>;
  readonly sources: readonly string[];
  readonly request: Request;
}

function Form({ starts, sources, request }: FormProps) {
  const id = useId();
  const [rule, setRule] = useState('');
  const [source, setSource] = useState('');
  const [name, setName] = useState('');
  const [branch, setBranch] = useState('');
  const [requested, setRequested] = useState<Requested>({ kind: 'nothing' });
  const start = starts.find((one) => one.rule === rule) ?? starts[0];
  const from = sources.includes(source) ? source : (sources[0] ?? '');
  if (!start) return null;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (requested.kind === 'asking') return;
    setRequested({ kind: 'asking' });
    const wanted = { source: from, name: start.name ?? name.trim(), branch: branch.trim() };
    setRequested(await request(wanted));
  };
  return (
    <form class="by-hand" onSubmit={(event) => void submit(event)}>
      <Choice
        label="Rule"
        id={`${id}rule`}
        value={start.rule}
        options={starts.map((one) => one.rule)}
        onChoose={setRule}
      />
      {sources.length > 1 && (
        <Choice
          label="Source"
          id={`${id}source`}
          value={from}
          options={sources}
          onChoose={setSource}
        />
      )}
      {start.name === null && (
        <Field
          label="Name"
          id={`${id}name`}
          value={name}
          maxLength={100}
          isRequired
          hint={start.when === null ? '' : `The rule asks for ${start.when}`}
          onInput={setName}
        />
      )}
      <Field
        label="Branch"
        id={`${id}branch`}
        value={branch}
        maxLength={250}
        hint="As the rule needs it, such as dev-nick"
        onInput={setBranch}
      />
      <button type="submit" aria-disabled={requested.kind === 'asking'}>
        Start
      </button>
      <Outcome requested={requested} />
    </form>
  );
}

/** What came of it; always there, so that it is read out. */
function Outcome({ requested }: { requested: Requested }) {
  return (
    <p class="answer" role="status">
      {requested.kind === 'asking' && 'Asking…'}
      {requested.kind === 'accepted' && (
        <>
          Requested: <a href={`#${requested.event}`}>its event</a> is in the list.
        </>
      )}
      {requested.kind === 'refused' && (
        <strong>
          Not requested: <bdi>{requested.because}</bdi>.
        </strong>
      )}
      {requested.kind === 'unanswered' && (
        <strong>No answer came. Start again: it will not be started twice.</strong>
      )}
    </p>
  );
}
