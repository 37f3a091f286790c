import { spawn } from 'node:child_process';
import path from 'node:path';

import { Command } from 'commander';

import { outputOption } from './ask.ts';
import type { Done } from './exit-codes.ts';
import { runChild } from './run-child.ts';

const MAIN = path.join(import.meta.dirname, '../../chaos/main.ts');

interface TortureOptions {
  readonly seconds: string;
  readonly data: string;
  readonly seed?: string;
  readonly output: string;
}

/**
 * `signalbox torture`: power cuts, failing writes and kills on the volume of the store, in a folder
 * of their own, and what was lost.
 */
export function tortureCommand(done: Done): Command {
  return new Command('torture')
    .option('--seconds <number>', 'about how long', '20')
    .option('-d, --data <folder>', 'a folder on the volume', '.signalbox')
    .option('--seed <seed>', 'what was printed before, to see the same again')
    .addOption(outputOption())
    .action(async ({ seconds, data, seed, output }: TortureOptions) => {
      const args = [
        'torture',
        `--seconds=${seconds}`,
        `--data=${path.resolve(data)}`,
        `--output=${output}`,
        ...(seed === undefined ? [] : [`--seed=${seed}`]),
      ];
      done(await runChild(spawn(process.execPath, [MAIN, ...args], { stdio: 'inherit' })));
    });
}
