import { Command } from 'commander';

import type { Done } from './exit-codes.ts';
import { assertionCommand } from './sandbox-assertion.ts';
import { clockCommand } from './sandbox-clock.ts';
import { envCommand } from './sandbox-env.ts';
import { execCommand } from './sandbox-exec.ts';
import { faultCommand } from './sandbox-fault.ts';
import { journalCommand } from './sandbox-journal.ts';
import { refusedCommand } from './sandbox-refused.ts';
import { startCommand } from './sandbox-start.ts';

/** `signalbox sandbox`: the emulated services alone, as a process of their own, and its controls. */
export function sandboxCommand(done: Done): Command {
  const command = new Command('sandbox')
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .addHelpText(
      'after',
      `
In one terminal:      signalbox sandbox start sandbox.yaml
and then in another:  signalbox sandbox exec -- curl -sS https://dev.azure.com/contoso/_apis/projects
                      signalbox sandbox fault preset lost-submit-reply
                      signalbox sandbox journal --follow`,
    );
  const commands = [
    startCommand,
    execCommand,
    envCommand,
    faultCommand,
    clockCommand,
    journalCommand,
    refusedCommand,
    assertionCommand,
  ];
  for (const one of commands) command.addCommand(one(done));
  return command;
}
