import { useId, useState } from 'preact/hooks';

import type { ManualStart } from '../manual-start.ts';
import type { Request, Requested } from '../request-by-hand.ts';
import { Choice, Field } from './field.tsx';

interface Props {
  readonly starts: readonly ManualStart[];
  readonly sources: readonly string[];
  readonly request: Request;
}

/** What is filled in; the first of the choices where nothing has been chosen. */
interface Draft {
  readonly rule: string;
  readonly source: string;
  readonly name: string;
  readonly branch: string;
}

/** Which rule, for which branch; and what came of the last request. */
export function ByHandForm({ starts, sources, request }: Props) {
  const [draft, setDraft] = useState<Draft>({ rule: '', source: '', name: '', branch: '' });
  const [requested, setRequested] = useState<Requested>({ kind: 'nothing' });
  const start = starts.find((one) => one.rule === draft.rule) ?? starts[0];
  const source = sources.find((one) => one === draft.source) ?? sources[0];
  if (!start || source === undefined) return null;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (requested.kind === 'asking') return;
    setRequested({ kind: 'asking' });
    const name = start.name ?? draft.name.trim();
    setRequested(await request({ source, name, branch: draft.branch.trim() }));
  };
  return (
    <form class="by-hand" onSubmit={(event) => void submit(event)}>
      <Fields
        draft={{ ...draft, rule: start.rule, source }}
        start={start}
        rules={starts.map(({ rule }) => rule)}
        sources={sources}
        onChange={(change) => setDraft({ ...draft, ...change })}
      />
      <button type="submit" aria-disabled={requested.kind === 'asking'}>
        Start
      </button>
      <Answer requested={requested} />
    </form>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly start: ManualStart;
  readonly rules: readonly string[];
  readonly sources: readonly string[];
  readonly onChange: (change: Partial<Draft>) => void;
}

function Fields({ draft, start, rules, sources, onChange }: FieldsProps) {
  const id = useId();
  return (
    <>
      <Choice
        label="Rule"
        id={`${id}rule`}
        value={draft.rule}
        options={rules}
        onChoose={(rule) => onChange({ rule })}
      />
      {sources.length > 1 && (
        <Choice
          label="Source"
          id={`${id}source`}
          value={draft.source}
          options={sources}
          onChoose={(source) => onChange({ source })}
        />
      )}
      {start.name === null && (
        <Field
          label="Name"
          id={`${id}name`}
          value={draft.name}
          maxLength={100}
          isRequired
          hint={start.when === null ? '' : `The rule asks for ${start.when}`}
          onInput={(name) => onChange({ name })}
        />
      )}
      <Field
        label="Branch"
        id={`${id}branch`}
        value={draft.branch}
        maxLength={250}
        hint="As the rule needs it, such as dev-nick"
        onInput={(branch) => onChange({ branch })}
      />
    </>
  );
}

/** What came of it; always there, so that it is read out. */
function Answer({ requested }: { requested: Requested }) {
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
