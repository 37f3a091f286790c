import { useMemo, useState } from 'preact/hooks';

import type { Board } from '../board.ts';
import { type Filter, noFilter, passes } from '../filter.ts';
import type { Remedies } from '../remedies.ts';
import { EmptyBoard } from './empty-board.tsx';
import { EventCard } from './event-card.tsx';
import { FilterBar } from './filter-bar.tsx';
import { useLinked } from './use-linked.ts';

interface Props {
  readonly board: Board;
  readonly remedies: Remedies;
}

/** The events that pass the filter, newest first. */
export function Events({ board, remedies }: Props) {
  const [filter, setFilter] = useState<Filter>(noFilter);
  const linked = useLinked(board, () => setFilter(noFilter));
  const events = board.events.value;
  const shown = useMemo(() => events?.filter((event) => passes(event, filter)), [events, filter]);
  const status = board.status.value;
  // Without the status it is not known where links lead, and what the rules require.
  if (!events || !shown || !status) return <p class="quiet empty">Looking for events…</p>;
  if (events.length === 0 && linked.id === null) return <EmptyBoard />;
  return (
    <>
      <h2 class="unseen">Events</h2>
      <FilterBar
        filter={filter}
        events={events}
        shown={shown.length}
        deadLetters={status.dead_letters}
        onFilter={(next) => {
          setFilter(next);
          // The oldest of them may be older than anything that is shown.
          if (next.groups.has('dead')) void board.includeDead();
        }}
      />
      {linked.isMissing && (
        <p class="notice" role="status">
          Nothing here is called <code>{linked.id}</code>. It may have been removed.
        </p>
      )}
      <ol class="events">
        {shown.map((event) => (
          <EventCard
            key={event.id}
            event={event}
            status={status}
            linked={linked.id}
            remedies={remedies}
          />
        ))}
      </ol>
      {board.hasOlder.value && (
        <button type="button" class="older" onClick={() => void board.showOlder()}>
          Show older events
        </button>
      )}
    </>
  );
}
