import { useEffect, useId, useRef, useState } from 'preact/hooks';

import type { DeliveryView } from '../../../src/http/views.ts';
import { keepName, myName } from '../my-name.ts';
import type { Person, Remedied, Remedies, ReplayOrder } from '../remedies.ts';
import { Field } from './field.tsx';
import { ReplayLook } from './replay-look.tsx';

interface Props {
  readonly remedy: DeliveryView['remedies'][number];
  readonly delivery: DeliveryView;
  readonly remedies: Remedies;
  /** Null: nothing was asked for. */
  readonly onClose: (came: Remedied | null) => void;
}

const TITLES = {
  replay: 'Replay it as a new attempt?',
  replay_lost: 'Replay it, although its run may be going on?',
  cancel: 'Cancel it?',
  dismiss: 'Dismiss this dead letter?',
};
const DISMISSES = 'It stays, marked as dismissed, and can still be replayed.';
const DOES = { replay: 'Replay', replay_lost: 'Replay', cancel: 'Cancel it', dismiss: 'Dismiss' };

/** A second look: what would be done, by whom and why. */
export function RemedyForm({ remedy, delivery, remedies, onClose }: Props) {
  const id = useId();
  const [person, setPerson] = useState<Person>({ by: myName(), why: '' });
  const [order, setOrder] = useState<ReplayOrder>({ judged: 'then', even_lost: false });
  const [isReady, setReady] = useState(remedy === 'cancel' || remedy === 'dismiss');
  const [isAsking, setAsking] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.focus(), []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!isReady || isAsking) return;
    setAsking(true);
    keepName(person.by);
    onClose(await carryOut({ remedy, delivery, remedies }, { person, order }));
  };
  return (
    <form
      class="remedy"
      ref={form}
      tabIndex={-1}
      aria-labelledby={`${id}title`}
      onSubmit={(event) => void submit(event)}
      onKeyDown={({ key }) => key === 'Escape' && onClose(null)}
    >
      <h5 id={`${id}title`}>{TITLES[remedy]}</h5>
      {remedy === 'cancel' || remedy === 'dismiss' ? (
        <p>{remedy === 'cancel' ? whatCancelDoes(delivery) : DISMISSES}</p>
      ) : (
        <ReplayLook
          delivery={delivery}
          remedies={remedies}
          order={order}
          isLost={remedy === 'replay_lost'}
          onOrder={setOrder}
          onReady={setReady}
        />
      )}
      <Who id={id} person={person} onChange={setPerson} />
      <div class="remedy-row">
        <button type="submit" class="is-main" aria-disabled={!isReady || isAsking}>
          {isAsking ? 'Asking…' : DOES[remedy]}
        </button>
        <button type="button" onClick={() => onClose(null)}>
          Leave it as it is
        </button>
      </div>
    </form>
  );
}

interface Order {
  readonly person: Person;
  readonly order: ReplayOrder;
}

async function carryOut(
  { remedy, delivery, remedies }: Omit<Props, 'onClose'>,
  { person, order }: Order,
): Promise<Remedied> {
  switch (remedy) {
    case 'cancel':
      return await remedies.cancel(delivery, person);
    case 'dismiss':
      return await remedies.dismiss(delivery, person);
    case 'replay':
    case 'replay_lost':
      return await remedies.replay(delivery, { ...order, ...person });
  }
}

function whatCancelDoes({ phase }: DeliveryView): string {
  if (phase === 'pending' || phase === 'held' || phase === 'waiting') {
    return 'Nothing has been started, and nothing will be.';
  }
  const once = phase === 'running' ? '' : ' as soon as it is known';
  return `Its run is asked to stop${once}. The verdict is how it really ends.`;
}

interface WhoProps {
  readonly id: string;
  readonly person: Person;
  readonly onChange: (person: Person) => void;
}

function Who({ id, person, onChange }: WhoProps) {
  return (
    <div class="remedy-who">
      <Field
        label="Your name"
        id={`${id}by`}
        value={person.by}
        maxLength={200}
        hint=""
        onInput={(by) => onChange({ ...person, by })}
      />
      <Field
        label="Why"
        id={`${id}why`}
        value={person.why}
        maxLength={2000}
        hint=""
        onInput={(why) => onChange({ ...person, why })}
      />
    </div>
  );
}
