/** What the command line's exit code says; the one thing that a script looks at. */
export const exitCodes = {
  succeeded: 0,
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  refused: 3,
  /** Contact lost: the run may be going on. */
  lost: 4,
  canceled: 5,
  timed_out: 6,
  skipped: 7,
  unproven: 8,
  /** A fault of Signalbox itself. */
  bug: 70,
  interrupted: 130,
} as const;

/** Called by a command that ends with another code than 0. */
export type Done = (exitCode: number) => void;
