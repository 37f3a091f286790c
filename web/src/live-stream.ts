import { namesEvent } from './answers.ts';

/** What is used of an EventSource. */
export interface Stream {
  addEventListener(
    type: 'open' | 'error' | 'change',
    listener: (message: { readonly data?: unknown }) => void,
  ): void;
  close(): void;
}

export interface LiveDeps {
  readonly openStream: () => Stream;
  readonly onOpen: () => void;
  readonly onChange: (eventId: string) => void;
  readonly onLost: () => void;
  /** Calls back after that time; returns the way out. */
  readonly after: (ms: number, call: () => void) => () => void;
}

export interface LiveStream {
  /** Tries at once, where the next try is still to come. */
  retry(): void;
  close(): void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/**
 * Stays connected to the stream of changes. The browser's own way of reconnecting gives up for
 * good on an answer like 503, which is just what a proxy says while the service restarts.
 */
export function openLiveStream(deps: LiveDeps): LiveStream {
  let tries = 0;
  let stream: Stream | null = null;
  let stopWaiting: (() => void) | null = null;

  const connect = () => {
    stopWaiting = null;
    const opened = deps.openStream();
    let isOpen = false;
    stream = opened;
    opened.addEventListener('open', () => {
      // The service names its first message like the browser names its own event.
      if (isOpen) return;
      isOpen = true;
      tries = 0;
      deps.onOpen();
    });
    opened.addEventListener('error', () => {
      opened.close();
      if (stream !== opened) return;
      stream = null;
      deps.onLost();
      stopWaiting = deps.after(waitMs(tries), connect);
      tries += 1;
    });
    opened.addEventListener('change', ({ data }) => {
      const change = readChange(data);
      if (change !== null) deps.onChange(change);
    });
  };
  connect();

  return {
    retry() {
      if (!stopWaiting) return;
      stopWaiting();
      connect();
    },
    close() {
      stopWaiting?.();
      stopWaiting = null;
      stream?.close();
      stream = null;
    },
  };
}

function waitMs(tries: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** tries, LONGEST_RETRY_MS);
}

/** `{"event":"evt_…"}` */
function readChange(data: unknown): string | null {
  try {
    const change: unknown = JSON.parse(String(data));
    return namesEvent(change) ? change.event : null;
  } catch {
    return null;
  }
}
