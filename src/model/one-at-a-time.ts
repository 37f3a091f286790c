/** What becomes of a delivery whose key is taken: it waits, or a newer one takes its place. */
export const whenBusy = ['queue', 'newest'] as const;
export type WhenBusy = (typeof whenBusy)[number];

/** The others of its one-at-a-time key, by their ids; null: there is none. */
export interface Rivals {
  /** Has been claimed, and is not over. */
  readonly underWay: string | null;
  /** The oldest that is open. */
  readonly older: string | null;
  /** The newest that has not begun. */
  readonly newer: string | null;
}

export type Turn =
  | { readonly kind: 'start' }
  | { readonly kind: 'hold'; readonly by: string; readonly because: string }
  | { readonly kind: 'skip'; readonly by: string; readonly because: string };

/**
 * Decides whether a delivery whose turn it is may start: of one key one is under way, and the
 * oldest goes first; or the newest, and the older ones never.
 */
export function turnOf(rivals: Rivals, policy: WhenBusy): Turn {
  const { underWay, older, newer } = rivals;
  if (policy === 'newest' && newer !== null) {
    return { kind: 'skip', by: newer, because: supersededBy(newer) };
  }
  const by = underWay ?? (policy === 'queue' ? older : null);
  if (by === null) return { kind: 'start' };
  return { kind: 'hold', by, because: `one at a time: waits for ${by}` };
}

/** Why one that has not begun ends when a newer one of its key comes. */
export function supersededBy(newer: string): string {
  return `one at a time, the newest wins: ${newer} has come since`;
}
