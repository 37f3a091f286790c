/** The sandbox's time: the machine's, moved on by hand where a test asks for it. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  advance(ms: number): void;
}

export function openClock(): Clock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
  };
}
