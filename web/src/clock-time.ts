const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;
const YEAR = { ...DAY, year: 'numeric' } as const;

/** The time on the reader's clock: `14:02:11`, on another day `12 Nov, 14:02:11`. */
export function clockTime(iso: string, nowMs: number): string {
  const at = new Date(iso);
  const now = new Date(nowMs);
  if (Number.isNaN(at.getTime())) return iso;
  if (at.toDateString() === now.toDateString()) return formatted(at, TIME);
  const day = at.getFullYear() === now.getFullYear() ? DAY : YEAR;
  return formatted(at, { ...day, ...TIME });
}

/** The whole of it, for whoever points at a time: `12 November 2026 at 14:02:11 CET`. */
export function fullTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? iso
    : formatted(at, { dateStyle: 'long', timeStyle: 'long', hourCycle: 'h23' });
}

// The page is in English: times of another language would be read wrongly by a screen reader.
function formatted(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', options).format(at);
}
