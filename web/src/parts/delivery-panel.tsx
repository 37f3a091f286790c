import type { DeliveryView, EventView, WishView } from '../../../src/http/views.ts';
import type { Remedies } from '../remedies.ts';
import { stations } from '../stations.ts';
import { Badge } from './badge.tsx';
import { Earlier } from './earlier.tsx';
import { Failures } from './failures.tsx';
import { Moment } from './moment.tsx';
import { Proof } from './proof.tsx';
import { RemedyPanel } from './remedy-panel.tsx';
import { Theirs } from './theirs.tsx';
import { Track } from './track.tsx';
import { Transitions } from './transitions.tsx';

interface Props {
  readonly event: EventView;
  readonly delivery: DeliveryView;
  readonly requires: string | null;
  readonly browse: string | null;
  readonly isLinked: boolean;
  readonly remedies: Remedies;
}

/** One delivery: its rule, how it stands and why, and its way from the event to the report. */
export function DeliveryPanel({ event, delivery, requires, browse, isLinked, remedies }: Props) {
  const titleId = `${delivery.id}-title`;
  return (
    <div
      id={delivery.id}
      class={`delivery${isLinked ? ' is-linked' : ''}`}
      role="group"
      tabIndex={-1}
      aria-labelledby={titleId}
    >
      <header>
        <h4 id={titleId}>
          <a href={`#${delivery.id}`}>
            <Theirs text={delivery.rule} />
          </a>{' '}
          <span class="quiet">
            at <Theirs text={delivery.target} />
            {delivery.attempt > 1 && `, attempt ${delivery.attempt}`}
          </span>
        </h4>
        <Badge delivery={delivery} />
      </header>
      <p class="reason">
        <Theirs text={delivery.reason} />
      </p>
      <Asked delivery={delivery} />
      <Track stations={stations(event, delivery, requires)} browse={browse} />
      <Failures delivery={delivery} />
      <div class="more">
        <Transitions lines={delivery.timeline} />
        <Earlier delivery={delivery} browse={browse} />
        <Proof delivery={delivery} browse={browse} />
      </div>
      {delivery.remedies.length > 0 && <RemedyPanel delivery={delivery} remedies={remedies} />}
    </div>
  );
}

/** What is to be done about it, and what people have asked for. */
function Asked({
  delivery: { phase, advice, dismissed, cancel, verdict },
}: Pick<Props, 'delivery'>) {
  return (
    <>
      {phase === 'dead' && dismissed === null && (
        <p class="quiet">A dead letter: it stays until a person replays or dismisses it.</p>
      )}
      {advice !== null && <p class="advice">{advice}</p>}
      {dismissed && <Wish done="Dismissed" wish={dismissed} />}
      {cancel && verdict === null && <Wish done="To be canceled: asked for" wish={cancel} />}
    </>
  );
}

function Wish({ done, wish: { by, why, at } }: { done: string; wish: WishView }) {
  return (
    <p class="quiet">
      {done} by <Theirs text={by === '' ? 'somebody' : by} />, <Moment at={at} />
      {why !== '' && (
        <>
          : <Theirs text={why} />
        </>
      )}
    </p>
  );
}
