import { computed, type ReadonlySignal, signal } from '@preact/signals';

import type { EventView, StatusView } from '../../src/http/views.ts';
import { isEventList, isEventView, isStatusView, namesEvent } from './answers.ts';
import type { Ask } from './ask.ts';
import { newsOf } from './news.ts';

/** What the page knows, and how it comes to know more. */
export interface Board {
  /** Newest first; null: not known yet. */
  readonly events: ReadonlySignal<readonly EventView[] | null>;
  readonly status: ReadonlySignal<StatusView | null>;
  /** Why what is shown may be out of date; '' while all is well. */
  readonly trouble: ReadonlySignal<string>;
  /** What has just happened, for whoever cannot see it. */
  readonly news: ReadonlySignal<string>;
  /** Whether older events may be asked for. */
  readonly hasOlder: ReadonlySignal<boolean>;
  /** Asks for everything anew. */
  refresh(): Promise<void>;
  /** Asks for one event anew. */
  refreshEvent(id: string): Promise<void>;
  refreshStatus(): Promise<void>;
  showOlder(): Promise<void>;
  /** Whether a linked event, or that of a linked delivery, is there now, however old it is. */
  include(id: string): Promise<boolean>;
}

const FIRST_LIMIT = 50;
const LARGEST_LIMIT = 500; // the API gives no more

/** Everything that is shown, kept up to date by whoever calls it. */
export function openBoard(ask: Ask): Board {
  const known = signal<ReadonlyMap<string, EventView> | null>(null);
  const status = signal<StatusView | null>(null);
  const trouble = signal('');
  const news = signal('');
  const limit = signal(FIRST_LIMIT);
  const linked = new Set<string>();
  // Which events were asked for singly, in their order: a list asked for before that is older.
  const askedSingly = new Map<string, number>();
  let questions = 0;
  let isComplete = false;

  const tell = (event: EventView) => {
    const told = isComplete ? newsOf(known.value?.get(event.id), event) : '';
    if (told !== '') news.value = told;
  };

  const board: Board = {
    events: computed(() => known.value && [...known.value.values()].toSorted(newestFirst)),
    status,
    trouble,
    news,
    hasOlder: computed(
      () => (known.value?.size ?? 0) >= limit.value && limit.value < LARGEST_LIMIT,
    ),

    async refresh() {
      const since = questions;
      const [events] = await Promise.all([
        load(ask, `/events?limit=${limit.value}`, isEventList),
        board.refreshStatus(),
      ]);
      trouble.value = events.because;
      if (!events.found) return;
      const listed = new Set(events.found.events.map(({ id }) => id));
      for (const event of events.found.events.toReversed()) tell(event);
      known.value = new Map([
        ...events.found.events.map((event) => [event.id, event] as const),
        ...[...(known.value ?? [])].filter(
          ([id]) => (askedSingly.get(id) ?? 0) > since || (linked.has(id) && !listed.has(id)),
        ),
      ]);
      isComplete = true;
    },

    refreshEvent: oneAtATime(async (id) => {
      questions += 1;
      const { found, because } = await load(ask, `/events/${encodeURIComponent(id)}`, isEventView);
      if (!found) {
        if (because !== '') trouble.value = because;
        return;
      }
      tell(found);
      askedSingly.set(id, questions);
      known.value = new Map([...(known.value ?? []), [found.id, found]]);
    }),

    async refreshStatus() {
      const { found } = await load(ask, '/status', isStatusView);
      if (found) status.value = found;
    },

    async showOlder() {
      limit.value = Math.min(limit.value * 2, LARGEST_LIMIT);
      await board.refresh();
    },

    async include(id) {
      const event = id.startsWith('dlv_') ? await eventOf(ask, id) : id;
      if (event === null) return false;
      linked.add(event);
      if (!known.value?.has(event)) await board.refreshEvent(event);
      return known.value?.has(event) ?? false;
    },
  };
  return board;
}

async function eventOf(ask: Ask, delivery: string): Promise<string | null> {
  const { found } = await load(ask, `/deliveries/${encodeURIComponent(delivery)}`, namesEvent);
  return found?.event ?? null;
}

interface Loaded<T> {
  readonly found: T | null;
  readonly because: string;
}

async function load<T>(
  ask: Ask,
  path: string,
  isExpected: (body: unknown) => body is T,
): Promise<Loaded<T>> {
  try {
    const answer = await ask(path);
    if (answer.kind === 'refusal') {
      // What is not there is an answer, too, and nothing to be worried about.
      return { found: null, because: answer.status === 404 ? '' : answer.because };
    }
    if (isExpected(answer.body)) return { found: answer.body, because: '' };
    return { found: null, because: 'the answer is not understood: reload the page' };
  } catch {
    return { found: null, because: 'no answer' };
  }
}

/** Two runs for the same id at once become one after the other, and many waiting become one. */
function oneAtATime(run: (id: string) => Promise<void>): (id: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();
  const start = (id: string): Promise<void> => {
    const done = run(id).finally(() => running.delete(id));
    running.set(id, done);
    return done;
  };
  return (id) => {
    const first = running.get(id);
    if (!first) return start(id);
    const next =
      waiting.get(id) ??
      first.then(() => {
        waiting.delete(id);
        return start(id);
      });
    waiting.set(id, next);
    return next;
  };
}

/** As the service sorts them. */
function newestFirst(a: EventView, b: EventView): number {
  return compare(b.received_at, a.received_at) || compare(b.id, a.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
