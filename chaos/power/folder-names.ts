import type { Random } from '../random.ts';
import type { Operation } from './recording.ts';

export type NameChange = Extract<Operation, { kind: 'create' | 'unlink' | 'rename' }>;

/** Which name leads to which file. */
export type Names = ReadonlyMap<string, string>;

/**
 * The names in a folder, which are no part of the files: a new file, a removal and a new name are
 * durable when the folder was synced. Until then any number of them, in order, may have happened.
 */
export interface FolderNames {
  change(change: NameChange): void;
  sync(): void;
  afterCut(chance: Random): Names;
  now(): Names;
}

/** An empty folder. */
export function openFolderNames(): FolderNames {
  const durable = new Map<string, string>();
  const pending: NameChange[] = [];

  function after(survivors: number): Names {
    const names = new Map(durable);
    for (const change of pending.slice(0, survivors)) apply(names, change);
    return names;
  }

  return {
    change: (change) => pending.push(change),
    sync() {
      for (const change of pending.splice(0)) apply(durable, change);
    },
    afterCut: (chance) => after(chance.below(pending.length + 1)),
    now: () => after(pending.length),
  };
}

function apply(names: Map<string, string>, change: NameChange): void {
  if (change.kind === 'create') {
    names.set(change.name, change.file);
    return;
  }
  const file = names.get(change.name);
  names.delete(change.name);
  if (change.kind === 'rename' && file !== undefined) names.set(change.to, file);
}
