import type { HiddenValues } from './tools.ts';

/** Shorter ones would turn ordinary words into stars. */
const SHORTEST = 4;

/** A token, known or not: one that a client made up is nobody's business either. */
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** An empty list of values to hide. */
export function openHiddenValues(): HiddenValues {
  const values = new Set<string>();
  let longestFirst: readonly string[] | undefined;

  return {
    add(value) {
      if (value.length < SHORTEST) return;
      values.add(value);
      values.add(encodeURIComponent(value));
      longestFirst = undefined;
    },
    redact(text) {
      longestFirst ??= [...values].toSorted((a, b) => b.length - a.length);
      let shown = text.replaceAll(JWT, '***');
      for (const value of longestFirst) shown = shown.replaceAll(value, '***');
      return shown;
    },
  };
}
