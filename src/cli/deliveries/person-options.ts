import os from 'node:os';

import type { Command } from 'commander';

import { outputOption, type ServiceOptions, serviceOption } from '../ask.ts';

/** Who asks, and why: it stands on the timeline. */
export interface PersonOptions extends ServiceOptions {
  readonly by: string;
  readonly why: string;
  readonly output: string;
}

/** Adds the options that every command has by which a person changes something. */
export function personOptions(command: Command): Command {
  return command
    .option('--why <text>', 'what to say on the timeline', '')
    .option('--by <name>', 'who asks', userName())
    .addOption(serviceOption())
    .addOption(outputOption());
}

/** As this machine knows us; nobody checks it, and the service does not believe it. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return '';
  }
}
