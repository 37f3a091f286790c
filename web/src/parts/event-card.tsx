import type { EventView, StatusView } from '../../../src/http/views.ts';
import { eventTitle } from '../event-title.ts';
import type { Remedies } from '../remedies.ts';
import { saidWith } from '../said-with.ts';
import { DeliveryPanel } from './delivery-panel.tsx';
import { Ago, Moment } from './moment.tsx';
import { Theirs } from './theirs.tsx';

interface Props {
  readonly event: EventView;
  readonly status: StatusView;
  readonly linked: string | null;
  readonly remedies: Remedies;
}

/** One event: what happened, when, where from, and what came of it. */
export function EventCard({ event, status, linked, remedies }: Props) {
  const said = saidWith(event);
  return (
    <li>
      <article
        id={event.id}
        class={`event${linked === event.id ? ' is-linked' : ''}`}
        tabIndex={-1}
        aria-labelledby={`${event.id}-title`}
      >
        <h3 id={`${event.id}-title`}>
          {eventTitle(event).map(({ by, text }) => (by === 'them' ? <Theirs text={text} /> : text))}
        </h3>
        <p class="event-facts">
          <a href={`#${event.id}`}>
            <Moment at={event.occurred_at} />
          </a>
          <span>
            <Ago at={event.occurred_at} />
          </span>
          <span>
            from <Theirs text={event.source} />
          </span>
          {event.recovered && <strong class="recovered">found by comparing</strong>}
        </p>
        {said !== '' && (
          <blockquote>
            <Theirs text={said} />
          </blockquote>
        )}
        {event.deliveries.length === 0 && (
          <p class="quiet no-rule">No rule asked for a run, so nothing was started.</p>
        )}
        {event.deliveries.map((delivery) => (
          <DeliveryPanel
            key={delivery.id}
            event={event}
            delivery={delivery}
            requires={requirementOf(status, delivery.rule)}
            browse={status.browse}
            isLinked={linked === delivery.id}
            remedies={remedies}
          />
        ))}
      </article>
    </li>
  );
}

function requirementOf(status: StatusView, rule: string): string | null {
  return status.rules.find(({ name }) => name === rule)?.require ?? null;
}
