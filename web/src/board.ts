import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';

import type { EventView, StatusView } from '../../src/http/views.ts';
import { isDeliveryList, isEventList, isEventView, isStatusView, namesEvent } from './answers.ts';
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
  /** Brings the events of all dead letters, however old they are. */
  includeDead(): Promise<void>;
  /** Whether a linked event, or that of a linked delivery, is there now, however old it is. */
  include(id: string): Promise<boolean>;
}

const FIRST_LIMIT = 50;
const MOST_DEAD = 100;
const LARGEST_LIMIT = 500; // the API gives no more

/** Everything that is shown, kept up to date by whoever calls it. */
export function openBoard(ask: Ask): Board {
  const memory = emptyMemory(ask);
  const { known, status, trouble, news, limit } = memory;
  const refreshEvent = oneAtATime((id) => askForEvent(memory, id));
  return {
    events: computed(() => known.value && [...known.value.values()].toSorted(newestFirst)),
    status,
    trouble,
    news,
    hasOlder: computed(
      () => (known.value?.size ?? 0) >= limit.value && limit.value < LARGEST_LIMIT,
    ),
    async refresh() {
      const troubles = await Promise.all([askForAll(memory), askForStatus(memory)]);
      trouble.value = troubles.find((because) => because !== '') ?? '';
    },
    refreshEvent,
    async refreshStatus() {
      await askForStatus(memory);
    },
    async showOlder() {
      limit.value = Math.min(limit.value * 2, LARGEST_LIMIT);
      trouble.value = await askForAll(memory);
    },
    async includeDead() {
      const { found } = await load(ask, `/deliveries?dead=true&limit=${MOST_DEAD}`, isDeliveryList);
      const missing = new Set(found?.deliveries.map(({ event }) => event));
      for (const event of missing) {
        memory.linked.add(event);
        if (!known.value?.has(event)) await refreshEvent(event);
      }
    },
    async include(id) {
      const event = id.startsWith('dlv_') ? await eventOf(ask, id) : id;
      if (event === null) return false;
      memory.linked.add(event);
      if (!known.value?.has(event)) await refreshEvent(event);
      return known.value?.has(event) ?? false;
    },
  };
}

interface Memory {
  readonly ask: Ask;
  readonly known: Signal<ReadonlyMap<string, EventView> | null>;
  readonly status: Signal<StatusView | null>;
  readonly trouble: Signal<string>;
  readonly news: Signal<string>;
  readonly limit: Signal<number>;
  /** Events that stay, however old they are. */
  readonly linked: Set<string>;
  /** The number of the question that each event was the answer to. */
  readonly answerTo: Map<string, number>;
  questions: number;
  /** Whether the list has come: what was there before it is no news. */
  isListed: boolean;
}

function emptyMemory(ask: Ask): Memory {
  return {
    ask,
    known: signal(null),
    status: signal(null),
    trouble: signal(''),
    news: signal(''),
    limit: signal(FIRST_LIMIT),
    linked: new Set(),
    answerTo: new Map(),
    questions: 0,
    isListed: false,
  };
}

/** Resolves to why it could not be loaded; '' if it was. */
async function askForAll(memory: Memory): Promise<string> {
  const { ask, known, limit, answerTo } = memory;
  memory.questions += 1;
  const question = memory.questions;
  const { found, because } = await load(ask, `/events?limit=${limit.value}`, isEventList);
  if (!found) return because;
  const listed = found.events.map((event) => [event.id, event] as const);
  for (const [, event] of listed.toReversed()) tell(memory, event);
  const before = [...(known.value ?? [])];
  // What was asked for singly since then is newer than the list.
  const newer = before.filter(([id]) => (answerTo.get(id) ?? 0) > question);
  const linked = before.filter(([id]) => memory.linked.has(id));
  known.value = new Map([...linked, ...listed, ...newer]);
  answerTo.clear();
  memory.isListed = true;
  return '';
}

async function askForEvent(memory: Memory, id: string): Promise<void> {
  const { ask, known, limit, linked, trouble, answerTo } = memory;
  memory.questions += 1;
  const question = memory.questions;
  const { found, because } = await load(ask, `/events/${encodeURIComponent(id)}`, isEventView);
  if (because !== '') trouble.value = because;
  if (!found) return;
  tell(memory, found);
  answerTo.set(id, question);
  const all = [...(known.value?.values() ?? []), found];
  const unique = new Map(all.map((event) => [event.id, event]));
  // A page that is open for weeks must not grow for weeks.
  const kept = [...unique.values()]
    .toSorted(newestFirst)
    .filter((event, index) => index < limit.value || linked.has(event.id));
  known.value = new Map(kept.map((event) => [event.id, event]));
}

async function askForStatus({ ask, status }: Memory): Promise<string> {
  const { found, because } = await load(ask, '/status', isStatusView);
  if (found) status.value = found;
  return because;
}

/** Tells what is new, unless it is only new to this page: an older event that was asked for. */
function tell({ known, news, isListed }: Memory, event: EventView): void {
  if (!isListed) return;
  const all = [...(known.value?.values() ?? [])];
  const before = all.find(({ id }) => id === event.id);
  const isOld = !before && all.some((one) => newestFirst(one, event) < 0);
  const told = isOld ? '' : newsOf(before, event);
  if (told !== '') news.value = told;
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
