import type { DeliveryView, EventView } from '../../../src/http/views.ts';
import { stations } from '../stations.ts';
import { Badge } from './badge.tsx';
import { Failures } from './failures.tsx';
import { Proof } from './proof.tsx';
import { Theirs } from './theirs.tsx';
import { Track } from './track.tsx';
import { Transitions } from './transitions.tsx';

interface Props {
  readonly event: EventView;
  readonly delivery: DeliveryView;
  readonly requires: string | null;
  readonly browse: string | null;
  readonly isLinked: boolean;
}

/** One delivery: its rule, how it stands and why, and its way from the event to the report. */
export function DeliveryPanel({ event, delivery, requires, browse, isLinked }: Props) {
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
      {delivery.phase === 'dead' && (
        <p class="quiet">A dead letter: it stays until a person replays or dismisses it.</p>
      )}
      <Track stations={stations(event, delivery, requires)} browse={browse} />
      <Failures delivery={delivery} />
      <div class="more">
        <Transitions lines={delivery.timeline} />
        <Proof delivery={delivery} browse={browse} />
      </div>
    </div>
  );
}
