import { clockTime, fullTime } from '../clock-time.ts';
import { ago, duration } from '../duration.ts';
import { nowMs } from '../now.ts';

/** A time of the clock; the date with it, and the zone, for whoever points at it. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {clockTime(at, nowMs.value)}
    </time>
  );
}

/** How long ago that was. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(nowMs.value - Date.parse(at))}
    </time>
  );
}

/** How long it took; counting, while it has no end. */
export function Took({ from, to }: { from: string; to: string | null }) {
  const endMs = to === null ? Math.max(nowMs.value, Date.parse(from)) : Date.parse(to);
  return <>{duration(endMs - Date.parse(from))}</>;
}
