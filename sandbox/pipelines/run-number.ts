import { formatDate } from './expressions/format-date.ts';
import { expandMacros } from './variables/expand-macros.ts';

interface Numbering {
  /** null: `$(Date:yyyyMMdd).$(Rev:r)` */
  readonly format: string | null;
  readonly nowMs: number;
  readonly valueOf: (variable: string) => string | undefined;
  /** How often a number with this text around `$(Rev:r)` was given out, this time included. */
  readonly revisionOf: (around: string) => number;
}

/**
 * The number of a run: `20260822.4`.
 * Source: docs/pipelines/process/run-number.md of MicrosoftDocs/azure-devops-docs
 */
export function runNumber({ format, nowMs, valueOf, revisionOf }: Numbering): string {
  const dated = expandMacros(format ?? '$(Date:yyyyMMdd).$(Rev:r)', (name) => {
    const date = dateToken(name, nowMs);
    return date ?? valueOf(name);
  });
  const revision = /\$\(rev:(r+)\)/i.exec(dated);
  if (!revision) return dated;
  const number = revisionOf(dated.replace(revision[0], ''));
  const width = (revision[1] ?? 'r').length;
  return dated.replace(revision[0], String(number).padStart(width, '0'));
}

function dateToken(name: string, nowMs: number): string | undefined {
  const [written = '', pattern] = name.split(/:(.*)/s, 2);
  const token = written.toLowerCase();
  const known = patterns[token];
  if (token === 'dayofyear') return String(dayOfYear(nowMs));
  return known === undefined ? undefined : formatDate(nowMs, pattern ?? known);
}

const patterns: Readonly<Record<string, string>> = {
  date: 'yyyyMMdd',
  year: 'yyyy',
  month: 'M',
  dayofmonth: 'd',
  hours: 'HH',
  minutes: 'mm',
  seconds: 'ss',
};

function dayOfYear(nowMs: number): number {
  const year = new Date(nowMs).getUTCFullYear();
  return Math.floor((nowMs - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
}
