import { spawn } from 'node:child_process';
import path from 'node:path';

import { Command } from 'commander';

import type { Done } from './exit-codes.ts';
import { runChild } from './run-child.ts';

const MAIN = path.join(import.meta.dirname, '../../sandbox/main.ts');

/** `signalbox sandbox`: the emulated services alone, as a process of their own. */
export function sandboxCommand(done: Done): Command {
  return new Command('sandbox')
    .description('run the stand-ins for Entra ID, Databricks and Azure DevOps alone')
    .argument('<config>', 'what there is in the sandbox when it starts')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (_config: string, _options: unknown, command: Command) => {
      done(await runChild(spawn(process.execPath, [MAIN, ...command.args], { stdio: 'inherit' })));
    });
}
