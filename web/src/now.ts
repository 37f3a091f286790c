import { signal } from '@preact/signals';

/** The present, epoch milliseconds, a second at a time: durations and ages follow it. */
export const nowMs = signal(Date.now());

/** Lets the present pass. */
export function startClock(): void {
  setInterval(() => {
    nowMs.value = Date.now();
  }, 1000);
}
