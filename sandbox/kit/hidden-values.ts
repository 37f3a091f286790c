import type { HiddenValues } from './tools.ts';

/** Shorter ones would turn ordinary words into stars. */
const SHORTEST = 4;

/** A token, known or not: one that a client made up is nobody's business either. */
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/**
 * An empty list of values to hide. Every run adds some, and a text is searched for all of them in
 * one pass: a sandbox that has run for a day hides as fast as one that has just begun.
 */
export function openHiddenValues(): HiddenValues {
  const byBeginning = new Map<string, Set<string>>();
  const pairs = new Uint8Array(PAIRS);
  const hide = (value: string) => {
    const beginning = value.slice(0, SHORTEST);
    const others = byBeginning.get(beginning) ?? new Set();
    byBeginning.set(beginning, others.add(value));
    pairs[pairAt(value, 0)] = 1;
  };
  const hidden = { byBeginning, pairs };

  return {
    add(value) {
      if (value.length < SHORTEST) return;
      hide(value);
      hide(encodeURIComponent(value.toWellFormed()));
    },
    redact: (text) => starred(text.replaceAll(JWT, '***'), hidden),
  };
}

interface Hidden {
  readonly byBeginning: ReadonlyMap<string, ReadonlySet<string>>;
  /** Marks the first two characters of each: most of a text begins nothing, which this shows quickly. */
  readonly pairs: Uint8Array;
}

const PAIRS = 2 ** 16;

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 257 + text.charCodeAt(at + 1)) % PAIRS;
}

function starred(text: string, hidden: Hidden): string {
  let shown = '';
  let from = 0;
  for (let at = 0; at + SHORTEST <= text.length; at += 1) {
    let end = endOfLongest(text, at, hidden);
    if (end === at) continue;
    shown += `${text.slice(from, at)}***`;
    // One that begins within another goes on beyond it.
    for (let inner = at + 1; inner < end; inner += 1) {
      end = Math.max(end, endOfLongest(text, inner, hidden));
    }
    from = end;
    at = end - 1;
  }
  return shown + text.slice(from);
}

/** Where the longest value ends that begins here; here, if none does. */
function endOfLongest(text: string, at: number, { byBeginning, pairs }: Hidden): number {
  if (pairs[pairAt(text, at)] === 0) return at;
  let end = at;
  for (const value of byBeginning.get(text.slice(at, at + SHORTEST)) ?? []) {
    if (at + value.length > end && text.startsWith(value, at)) end = at + value.length;
  }
  return end;
}
