import { Command } from 'commander';

import { adminOption, stateOption } from './sandbox-admin.ts';

/** A command below `signalbox sandbox`, which says what is wrong as those above it do. */
export function sandboxSubcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .exitOverride();
}

/** The same, for a command that speaks to a running sandbox. */
export function commandOfSandbox(name: string, description: string): Command {
  return sandboxSubcommand(name, description).addOption(stateOption()).addOption(adminOption());
}
