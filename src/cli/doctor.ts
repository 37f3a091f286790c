import { existsSync } from 'node:fs';
import path from 'node:path';

import { Command } from 'commander';

import { type DiskCheck, measureDisk } from '../doctor/disk.ts';
import { outputOption } from './ask.ts';
import { type Done, exitCodes } from './exit-codes.ts';

const MEASURE_MS = 1000;

interface DoctorOptions {
  readonly disk?: true;
  readonly data: string;
  readonly output: string;
}

/**
 * `signalbox doctor --disk`: how fast the volume of the store makes a commit durable.
 *
 * It ends with 0 when all is well, with 1 when there is something to be done, and with 2 when the
 * volume cannot be written to.
 */
export function doctorCommand(done: Done): Command {
  return new Command('doctor')
    .option('--disk', 'measure how fast the volume makes commits durable, for a second')
    .option('-d, --data <folder>', 'where the store lies', '.signalbox')
    .addOption(outputOption())
    .action(({ disk, data, output }: DoctorOptions, command: Command) => {
      if (disk !== true) command.error('say what to check: --disk');
      const check = measureDisk(existing(path.resolve(data)), MEASURE_MS);
      if (output === 'json') console.log(JSON.stringify(jsonOf(check), null, 2));
      else print(check);
      done(check.finding.kind === 'well' ? exitCodes.succeeded : exitCodes.failed);
    });
}

/** The folder that the store's own would be made in, where that is not there yet. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(path.dirname(folder));
}

function print({ folder, commitsPerSecond, medianMs, slowestMs, finding }: DiskCheck): void {
  if (finding.hint !== null) console.error(finding.hint);
  console.log(
    `${folder}: ${commitsPerSecond} commits per second, ` +
      `${medianMs.toFixed(2)} ms each, 1 in 100 over ${slowestMs.toFixed(2)} ms`,
  );
  console.log(finding.says);
}

function jsonOf({ folder, commitsPerSecond, medianMs, slowestMs, finding }: DiskCheck) {
  const { kind, says, hint } = finding;
  return {
    check: 'disk',
    folder,
    commits_per_second: commitsPerSecond,
    median_ms: medianMs,
    slowest_ms: slowestMs,
    finding: kind,
    says,
    hint,
  };
}
