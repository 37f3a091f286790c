import type { Figure, Limit, Measured } from './bench.ts';

/** The middle one; of an even number, between the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** The value that this share of all, 0 to 1, does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export type Judgement = 'met' | 'missed' | 'no limit' | 'not run';

/** Holds the median over the rounds against the limit. */
export function judgementOf(measured: Measured): Judgement {
  if (measured.kind === 'not_run') return 'not run';
  if (!measured.limit) return 'no limit';
  return isWithin(middleOf(measured), measured.limit) ? 'met' : 'missed';
}

export function middleOf({ rounds }: Figure): number {
  return median(rounds.map(({ value }) => value));
}

function isWithin(value: number, { kind, value: limit }: Limit): boolean {
  return kind === 'at_least' ? value >= limit : value <= limit;
}
