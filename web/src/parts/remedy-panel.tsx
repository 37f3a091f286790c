import { useEffect, useRef, useState } from 'preact/hooks';

import type { DeliveryView } from '../../../src/http/views.ts';
import type { Remedied, Remedies } from '../remedies.ts';
import { RemedyForm } from './remedy-form.tsx';
import { Theirs } from './theirs.tsx';

interface Props {
  readonly delivery: DeliveryView;
  readonly remedies: Remedies;
}

type Remedy = DeliveryView['remedies'][number];

const WORDS: Readonly<Record<Remedy, string>> = {
  replay: 'Replay…',
  replay_lost: 'Replay…',
  cancel: 'Cancel…',
  dismiss: 'Dismiss…',
};

/** What a person may do with a delivery, each with a second look before it is done. */
export function RemedyPanel({ delivery, remedies }: Props) {
  const [open, setOpen] = useState<Remedy | null>(null);
  const [result, setResult] = useState<Remedied | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const isOpen = open !== null && delivery.remedies.includes(open);
  // What it is about has changed under the form: what it says holds no more.
  useEffect(() => setOpen(null), [delivery.attempt, delivery.phase]);

  const close = (came: Remedied | null) => {
    setOpen(null);
    setResult(came);
    // Whoever came by the keyboard goes on where they were.
    row.current?.querySelector('button')?.focus();
  };
  const show = (remedy: Remedy) => {
    setResult(null);
    setOpen(open === remedy ? null : remedy);
  };
  return (
    <div class="remedies">
      <div class="remedy-row" ref={row} role="group" aria-label="What you can do">
        {delivery.remedies.map((remedy) => (
          <button
            key={remedy}
            type="button"
            aria-expanded={open === remedy}
            onClick={() => show(remedy)}
          >
            {WORDS[remedy]}
          </button>
        ))}
      </div>
      {isOpen && (
        <RemedyForm
          key={open}
          remedy={open}
          delivery={delivery}
          remedies={remedies}
          onClose={close}
        />
      )}
      <p class="answer" role="status">
        {result?.kind === 'done' && result.said}
        {result?.kind === 'no' && (
          <strong>
            Not done: <Theirs text={result.because} />.
          </strong>
        )}
      </p>
    </div>
  );
}
