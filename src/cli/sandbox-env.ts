import type { Command } from 'commander';
import { z } from 'zod';

import { outputOption } from './ask.ts';
import { findSandbox, type SandboxAdmin, type SandboxOptions } from './sandbox-admin.ts';
import { commandOfSandbox } from './sandbox-command.ts';

interface EnvOptions extends SandboxOptions {
  readonly output: string;
}

const Answer = z.object({ environment: z.record(z.string(), z.string()) });

/** `signalbox sandbox env`: the variables with which a program reaches the sandbox, for a shell. */
export function envCommand(): Command {
  return commandOfSandbox('env', 'print the variables for a shell: eval "$(signalbox sandbox env)"')
    .addOption(outputOption())
    .action(async (options: EnvOptions) => {
      const environment = await environmentOf(findSandbox(options));
      if (options.output === 'json') {
        console.log(JSON.stringify(environment, null, 2));
        return;
      }
      for (const [name, value] of Object.entries(environment)) {
        console.log(`export ${name}=${quoted(value)}`);
      }
    });
}

/** The variables with which a program of this machine reaches a sandbox, and nothing beyond it. */
export async function environmentOf(
  sandbox: SandboxAdmin,
): Promise<Readonly<Record<string, string>>> {
  return Answer.parse(await sandbox.ask('/_sandbox/environment')).environment;
}

/** As one word of a POSIX shell, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
