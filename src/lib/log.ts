import { type DestinationStream, type Logger, pino } from 'pino';

/** Writes one JSON line per step: the object first, then a message that never changes. */
export type Log = Logger;

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The log of the process: `{"level":"info","time":"2026-01-01T…","delivery":"dlv_1","msg":"run started"}`. */
export function openLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // A write for each line would be a system call for each; what waits is written when we end.
  return pino(options, destination ?? pino.destination({ fd: 1, sync: false }));
}
