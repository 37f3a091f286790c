/** Numbers that look random, and are the same again for the same seed. */
export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number;
  /** True this often: 0.5 is every other time. */
  chance(share: number): boolean;
}

/**
 * A generator for a seed, and for what it is used for: `random(7, 'cut', 12)` does not depend on
 * how many numbers others have taken.
 * Source: mulberry32, github.com/bryc/code `jshash/PRNGs.md`; FNV-1a for the seed
 */
export function random(...seed: readonly (string | number)[]): Random {
  let state = fnv1a(seed.join('|'));
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (share) => next() < share,
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
