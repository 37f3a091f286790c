import { Command } from 'commander';

import type { Done } from './exit-codes.ts';

/** A command as a list shows it. Its file is loaded only when somebody asks for this one. */
export interface ListedCommand {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<MakeCommand>;
}

/** The command itself; `args` is what stands behind its name. */
type MakeCommand = (done: Done, args: readonly string[]) => Command | Promise<Command>;

/** Adds the commands of a list: the one that the arguments ask for whole, of the others what help shows. */
export async function addListed(
  parent: Command,
  list: readonly ListedCommand[],
  { args, done }: { readonly args: readonly string[]; readonly done: Done },
): Promise<void> {
  const at = args.findIndex((word) => !word.startsWith('-'));
  for (const { name, description, load } of list) {
    const isAsked = name === args[at];
    const command = isAsked ? await (await load())(done, args.slice(at + 1)) : new Command(name);
    parent.addCommand(command.description(description).exitOverride());
  }
}
