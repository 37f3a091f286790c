import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Command } from 'commander';

import { ConfigError } from '../lib/errors.ts';
import type { Done } from './exit-codes.ts';
import { runChild } from './run-child.ts';
import { findSandbox, type SandboxOptions } from './sandbox-admin.ts';
import { commandOfSandbox } from './sandbox-command.ts';
import { environmentOf } from './sandbox-env.ts';

/** `signalbox sandbox exec -- COMMAND`: runs a command that reaches the sandbox, and ends as it does. */
export function execCommand(done: Done): Command {
  return commandOfSandbox('exec', 'run a command that reaches the sandbox, and nothing beyond it')
    .argument('<command...>', 'the command and what it is given, after "--"')
    .action(async ([command = '', ...args]: readonly string[], options: SandboxOptions) => {
      const env = { ...process.env, ...(await environmentOf(findSandbox(options))) };
      const child = spawn(command, args, { stdio: 'inherit', env });
      await once(child, 'spawn').catch((cause: unknown) => {
        throw new ConfigError('CONFIG_INVALID', `${command} cannot be run`, {
          cause,
          hint: 'is it installed, and in PATH?',
        });
      });
      done(await runChild(child));
    });
}
