import { Command, CommanderError } from 'commander';

import packageFile from '../../package.json' with { type: 'json' };
import { SignalboxError } from '../lib/errors.ts';
import { checkCommand } from './check.ts';
import { deliveriesCommand } from './deliveries/deliveries.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { exitCodeOf } from './exit-code-of.ts';
import { exitCodes } from './exit-codes.ts';
import { gitCredentialCommand } from './git-credential.ts';
import { runCommand } from './run/run.ts';
import { sandboxCommand } from './sandbox.ts';
import { sendCommand } from './send.ts';
import { serveCommand } from './serve.ts';
import { storeCommand } from './store.ts';
import { tokenCommand } from './token.ts';
import { tortureCommand } from './torture.ts';
import { whoamiCommand } from './whoami.ts';

/** Runs one command line and resolves to its exit code; see `exit-codes.ts`. */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.succeeded;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = new Command('signalbox')
    .description(packageFile.description)
    .version(packageFile.version)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  const commands = [
    demoCommand,
    serveCommand,
    sandboxCommand,
    checkCommand,
    doctorCommand,
    tortureCommand,
    sendCommand,
    eventsCommand,
    deliveriesCommand,
    storeCommand,
    whoamiCommand,
    tokenCommand,
    gitCredentialCommand,
    runCommand,
  ];
  for (const command of commands) program.addCommand(command(done).exitOverride());
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.succeeded : exitCodes.usage;
  }
  if (error instanceof SignalboxError) {
    if (error.hint !== undefined) console.error(error.hint);
    console.error(error.message);
    return exitCodeOf(error);
  }
  console.error(error);
  return exitCodes.bug;
}
