const SECOND_MS = 1000;

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** A span in words, of two units at most: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`, `3 d 2 h`. */
export function duration(ms: number): string {
  // Two systems, two clocks: what ends before it began took no time worth showing.
  if (!(ms > 0)) return '0 s';
  if (ms < 100) return '< 0.1 s';
  if (ms < 9950) return `${(ms / SECOND_MS).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(ms / SECOND_MS);
  const first = UNITS.findIndex((unit) => seconds >= unit.seconds);
  const [large, small] = [UNITS[first], UNITS[first + 1]];
  if (!large) return '0 s';
  const rest = small ? Math.floor((seconds % large.seconds) / small.seconds) : 0;
  const whole = `${Math.floor(seconds / large.seconds)} ${large.name}`;
  return small && rest > 0 ? `${whole} ${rest} ${small.name}` : whole;
}

/** How long something is past, in one unit, so that it need not change all the time: `3 min ago`. */
export function ago(ms: number): string {
  if (!(ms >= 5 * SECOND_MS)) return 'just now';
  const seconds = Math.floor(ms / SECOND_MS);
  const unit = UNITS.find((one) => seconds >= one.seconds);
  return unit ? `${Math.floor(seconds / unit.seconds)} ${unit.name} ago` : 'just now';
}
