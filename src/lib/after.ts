/** Calls back once, after so many milliseconds; what it returns calls that off. */
export type After = (ms: number, callback: () => void) => () => void;

/** By the machine's own timers. */
export const after: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};
