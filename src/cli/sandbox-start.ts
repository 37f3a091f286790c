import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

import type { Command } from 'commander';

import type { Done } from './exit-codes.ts';
import { runChild } from './run-child.ts';
import { stateOption } from './sandbox-admin.ts';
import { sandboxSubcommand } from './sandbox-command.ts';

const CACHE = path.join(import.meta.dirname, '../../node_modules/.cache/sandbox');
const MAIN = path.join(import.meta.dirname, '../../sandbox/main.ts');

interface StartOptions {
  readonly state: string;
  readonly workDir?: string;
  readonly proxyPort?: string;
  readonly adminPort?: string;
}

/** `signalbox sandbox start CONFIG`: runs a sandbox until it is told to stop. */
export function startCommand(done: Done): Command {
  return sandboxSubcommand('start', 'run a sandbox, until it is told to stop')
    .argument('<config>', 'what there is in the sandbox when it starts')
    .addOption(stateOption())
    .option('--work-dir <folder>', 'where it keeps its files; left out, they go when it ends')
    .option('--proxy-port <port>', 'left out, a free one')
    .option('--admin-port <port>', 'left out, a free one')
    .action(async (config: string, options: StartOptions) => {
      const given = [
        ['--work-dir', options.workDir],
        ['--proxy-port', options.proxyPort],
        ['--admin-port', options.adminPort],
      ] as const;
      const args = given.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
      const child = spawn(process.execPath, [MAIN, config, '--state', options.state, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
        // Then it need not read any TypeScript that it has read before.
        env: { NODE_COMPILE_CACHE: CACHE, ...process.env },
      });
      // Its one line is for programs; people are told what they can do now.
      createInterface({ input: child.stdout }).on('line', (line) => {
        console.log(line);
        console.error(
          'The sandbox is ready: "signalbox sandbox exec -- COMMAND" runs a command in it.',
        );
      });
      done(await runChild(child));
    });
}
