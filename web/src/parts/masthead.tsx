import type { EventView } from '../../../src/http/views.ts';
import type { Board } from '../board.ts';
import type { Connection } from '../keep-current.ts';

interface Props {
  readonly board: Board;
  readonly connection: Connection;
}

const STATES = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost' } as const;

/** What this is, how much of it there is, and whether it is up to date. */
export function Masthead({ board, connection }: Props) {
  const state = connection.state.value;
  const events = board.events.value;
  return (
    <header class="masthead">
      <h1>
        <Signal isLive={state === 'live'} />
        Signalbox
      </h1>
      {events && (
        <Counts
          events={events}
          hasOlder={board.hasOlder.value}
          dead={board.status.value?.dead_letters ?? 0}
        />
      )}
      <p class={`link-state is-${state}`}>{STATES[state]}</p>
    </header>
  );
}

interface CountsProps {
  readonly events: readonly EventView[];
  readonly hasOlder: boolean;
  readonly dead: number;
}

function Counts({ events, hasOlder, dead }: CountsProps) {
  const deliveries = events.flatMap((event) => event.deliveries);
  const underWay = deliveries.filter(({ verdict }) => verdict === null).length;
  return (
    <dl class="counts">
      <Count
        of={hasOlder ? ['latest event', 'latest events'] : ['event', 'events']}
        count={events.length}
      />
      <Count of={['delivery', 'deliveries']} count={deliveries.length} />
      <Count of={['under way', 'under way']} count={underWay} />
      <Count of={['dead letter', 'dead letters']} count={dead} isAlarm={dead > 0} />
    </dl>
  );
}

interface CountProps {
  /** One, and many. */
  readonly of: readonly [string, string];
  readonly count: number;
  readonly isAlarm?: boolean;
}

function Count({ of: [one, many], count, isAlarm = false }: CountProps) {
  return (
    <div class={isAlarm ? 'is-alarm' : undefined}>
      <dt>{count === 1 ? one : many}</dt>
      <dd>{count}</dd>
    </div>
  );
}

/** A signal that shows clear while the page is live, and danger while it is not. */
function Signal({ isLive }: { isLive: boolean }) {
  return (
    <svg class="signal" viewBox="0 0 16 28" aria-hidden="true">
      <rect class="signal-post" x="7" y="22" width="2" height="6" />
      <rect class="signal-head" x="1.5" y="0.5" width="13" height="22" rx="6.5" />
      <circle class={isLive ? 'lamp' : 'lamp is-danger'} cx="8" cy="7" r="4" />
      <circle class={isLive ? 'lamp is-clear' : 'lamp'} cx="8" cy="16" r="4" />
    </svg>
  );
}
