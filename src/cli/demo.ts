import { spawn } from 'node:child_process';
import path from 'node:path';

import { Command, Option } from 'commander';

import type { Done } from './exit-codes.ts';
import { runChild } from './run-child.ts';

const MAIN = path.join(import.meta.dirname, '../../demo/main.ts');

interface DemoOptions {
  readonly once?: true;
  readonly break?: string;
  readonly output: string;
}

/** `signalbox demo`: sandbox, service and pages, and the wine-quality story played through them. */
export function demoCommand(done: Done): Command {
  return new Command('demo')
    .option('--once', 'play the story, print what was expected and seen, and stop')
    .option('--break <name>', 'play what goes wrong instead; "list" lists the names')
    .addOption(
      new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'),
    )
    .action(async (options: DemoOptions) => {
      const args = [
        ...(options.once ? ['--once'] : []),
        ...(options.break === undefined ? [] : [`--break=${options.break}`]),
        `--output=${options.output}`,
      ];
      done(await runChild(spawn(process.execPath, [MAIN, ...args], { stdio: 'inherit' })));
    });
}
