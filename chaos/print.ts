import { z } from 'zod';

import type { Ran, Report, Suite } from './report.ts';

/** The exit code of reports, as the command line of Signalbox has them. */
export function exitCodeOf(reports: readonly Report[]): number {
  if (reports.some((report) => report.kind === 'ran' && report.wrongs > 0)) return 1;
  // Nothing was wrong, and not everything was tried: green, but unproven.
  return reports.some((report) => report.kind === 'not_run' || report.tried === 0) ? 8 : 0;
}

const tries: Readonly<Record<Suite, string>> = {
  power: 'power cuts',
  disk: 'failing operations',
  kill: 'kills -9',
};

/** Reports in words: a table, and below it what was wrong and what was not run. */
export function printReports(reports: readonly Report[], format: string): void {
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
    return;
  }
  const ran = reports.filter((report) => report.kind === 'ran');
  for (const report of ran) process.stdout.write(`${lineOf(report)}\n`);
  for (const report of reports) {
    if (report.kind === 'not_run') {
      process.stdout.write(`${tries[report.suite]}: NOT RUN: ${report.because}\n`);
      continue;
    }
    for (const one of report.first) process.stdout.write(`  wrong: ${one}\n`);
    const more = report.wrongs - report.first.length;
    if (more > 0) process.stdout.write(`  and ${more} more\n`);
  }
}

function lineOf({ suite, tried, acknowledged, found, lost, doubled, wrongs, seed, ms }: Ran) {
  const rate = ms > 0 ? Math.round((tried * 1000) / ms) : 0;
  return [
    `${tries[suite]}: ${tried}`,
    `acknowledged ${acknowledged}`,
    `found ${found}`,
    `lost ${lost}`,
    `doubled ${doubled}`,
    `wrong ${wrongs}`,
    `seed ${seed}`,
    `${(ms / 1000).toFixed(1)} s (${rate}/s)`,
  ].join('  ');
}

/** Reads a whole number of at least `least` from the command line. */
export function countOf(text: string, name: string, least = 1): number {
  const read = z.coerce.number().int().min(least).safeParse(text);
  if (!read.success) throw new RangeError(`--${name} takes a whole number from ${least}`);
  return read.data;
}
