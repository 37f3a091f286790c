import { type ReadonlySignal, signal } from '@preact/signals';

import type { Board } from './board.ts';
import { openLiveStream } from './live-stream.ts';

/** How the page is connected. */
export interface Connection {
  readonly state: ReadonlySignal<'connecting' | 'live' | 'lost'>;
  /** Since when it is lost, epoch milliseconds. */
  readonly lostAtMs: ReadonlySignal<number>;
  retry(): void;
}

const STATUS_EVERY_MS = 10_000; // refusals and comparisons announce themselves on no stream
const STATUS_AFTER_CHANGE_MS = 1000;
const AGAIN_AFTER_TROUBLE_MS = 5000;

/** Keeps the board as things stand, for as long as the page is open. */
export function keepCurrent(board: Board): Connection {
  const state = signal<'connecting' | 'live' | 'lost'>('connecting');
  const lostAtMs = signal(0);
  const refresh = async () => {
    await board.refresh();
    if (board.trouble.value !== '') again();
  };
  const again = once(AGAIN_AFTER_TROUBLE_MS, () => void refresh());
  const statusSoon = once(STATUS_AFTER_CHANGE_MS, () => void board.refreshStatus());
  const changed = async (eventId: string) => {
    statusSoon();
    await board.refreshEvent(eventId);
    if (board.trouble.value !== '') again();
  };

  const live = openLiveStream({
    openStream: () => new EventSource('/api/stream'),
    after,
    onOpen() {
      state.value = 'live';
      // Whatever changed while nobody listened is in the list.
      void refresh();
    },
    onLost() {
      if (state.value !== 'lost') lostAtMs.value = Date.now();
      state.value = 'lost';
    },
    onChange: (eventId) => void changed(eventId),
  });

  setInterval(() => {
    if (state.value === 'live') void board.refreshStatus();
  }, STATUS_EVERY_MS);
  addEventListener('online', () => live.retry());
  // A laptop that wakes up may hold a connection that died in its sleep, and not know yet.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void refresh();
  });
  return { state, lostAtMs, retry: () => live.retry() };
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}

/** Calls once for all that asked for it within that time. */
function once(ms: number, call: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    after(ms, () => {
      isWaiting = false;
      call();
    });
  };
}
