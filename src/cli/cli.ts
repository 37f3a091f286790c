import { Command, CommanderError } from 'commander';

import packageFile from '../../package.json' with { type: 'json' };
import { SignalboxError } from '../lib/errors.ts';
import { commands } from './commands.ts';
import { exitCodeOf } from './exit-code-of.ts';
import { exitCodes } from './exit-codes.ts';
import { goThroughProxy } from './go-through-proxy.ts';
import { addListed } from './listed-command.ts';

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
    .exitOverride()
    .hook('preAction', () => goThroughProxy(process.env));
  const asked = withoutHelpCommand(args);
  try {
    await addListed(program, commands, { args: asked, done });
    await program.parseAsync([...asked], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

/** `help run` as `run --help`: the other form shows commands that were not loaded. */
function withoutHelpCommand(args: readonly string[]): readonly string[] {
  const [first, second, ...more] = args;
  return first === 'help' && second !== undefined ? [second, ...more, '--help'] : args;
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
