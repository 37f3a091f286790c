import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';

import { Duration } from '../lib/duration.ts';
import { findSandbox, type SandboxOptions } from './sandbox-admin.ts';
import { commandOfSandbox, sandboxSubcommand } from './sandbox-command.ts';

const Answer = z.object({ now_ms: z.number() });

/** `signalbox sandbox clock`: what time it is in a sandbox, and what time it is to be. */
export function clockCommand(): Command {
  const now = commandOfSandbox('now', 'print the time of the sandbox').action(
    async (options: SandboxOptions) => {
      print(await findSandbox(options).ask('/_sandbox/clock'));
    },
  );
  const advance = commandOfSandbox('advance', 'move the clock on; backwards it does not go')
    .argument('<duration>', 'such as 59m', durationOf)
    .action(async (advanceMs: number, options: SandboxOptions) => {
      const request = { method: 'POST', body: { advance_ms: advanceMs } } as const;
      print(await findSandbox(options).ask('/_sandbox/clock', request));
    });
  return sandboxSubcommand('clock', 'read or move the clock of the sandbox')
    .addCommand(now)
    .addCommand(advance);
}

/** A span of time on the command line, in milliseconds. */
export function durationOf(text: string): number {
  const parsed = Duration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map((issue) => issue.message).join(', '));
}

function print(answer: unknown): void {
  console.log(new Date(Answer.parse(answer).now_ms).toISOString());
}
