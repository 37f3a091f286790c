/** What a person asked for: who it was by their own word, why, and when. */
export interface Wish {
  /** A name that somebody gave: shown, never trusted. */
  readonly by: string;
  /** Their own words; '' where they gave none. */
  readonly why: string;
  readonly atMs: number;
}

/** How a timeline tells of it: `canceled by nick: wrong model`. */
export function wished(done: string, { by, why }: Pick<Wish, 'by' | 'why'>): string {
  const who = by === '' ? 'somebody' : by;
  return why === '' ? `${done} by ${who}` : `${done} by ${who}: ${why}`;
}
