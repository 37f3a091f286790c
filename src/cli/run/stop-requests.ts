import type { Surroundings } from './surroundings.ts';

/** The signals that ask us to stop. */
export interface StopRequests extends Disposable {
  /** Aborted by the first one. */
  readonly asked: AbortSignal;
  /** Aborted by the second one: whoever asks has no more time. */
  readonly urged: AbortSignal;
  /** `SIGTERM`; null: nobody asked. */
  readonly name: () => string | null;
  /** Null: nobody asked. */
  readonly askedAtMs: () => number | null;
  /** What is to end a pause now: the first request or, once that was made, the second. */
  readonly next: () => AbortSignal;
}

/** Listens for SIGINT and SIGTERM from now on. */
export function listenForStop({ onStop, now }: Surroundings): StopRequests {
  const asked = new AbortController();
  const urged = new AbortController();
  let first: { readonly name: string; readonly atMs: number } | null = null;
  const forget = onStop((name) => {
    if (first !== null) urged.abort();
    first ??= { name, atMs: now() };
    asked.abort();
  });
  return {
    asked: asked.signal,
    urged: urged.signal,
    name: () => first?.name ?? null,
    askedAtMs: () => first?.atMs ?? null,
    next: () => (asked.signal.aborted ? urged.signal : asked.signal),
    [Symbol.dispose]: forget,
  };
}
