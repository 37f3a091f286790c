/** What happened in one seed: the same, to the letter, whenever it is played. */
export interface History {
  /** Adds a line; `who` did or was told `what`. */
  readonly add: (who: string, what: string) => void;
  /** A number that another history has only if it is the same. */
  readonly digest: () => string;
  readonly lines: readonly string[];
}

/** @param isKept false where only the digest is wanted */
export function openHistory(now: () => number, isKept: boolean): History {
  const lines: string[] = [];
  let [low, high] = [0x811c9dc5, 0x01000193];
  return {
    add(who, what) {
      const line = `${String(now()).padStart(6)} ms  ${who.padEnd(9)} ${what}`;
      for (let at = 0; at < line.length; at += 1) {
        low = Math.imul(low ^ line.charCodeAt(at), 0x01000193);
        high = Math.imul(high ^ line.charCodeAt(at), 0x85ebca6b);
      }
      if (isKept) lines.push(line);
    },
    digest: () => [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join(''),
    lines,
  };
}
