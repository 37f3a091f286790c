import type { Repository } from './repository.ts';

/** A file or a folder at a commit. */
export interface TreeEntry {
  readonly kind: 'blob' | 'tree' | 'commit';
  readonly id: string;
  /** From the root, without a slash in front; empty: the root itself. */
  readonly path: string;
}

/** What there is at a path; null: nothing. */
export async function entryAt(
  repository: Repository,
  commit: string,
  path: string,
): Promise<TreeEntry | null> {
  if (path === '') {
    const id = await repository.git(['rev-parse', '--verify', `${commit}^{tree}`]);
    return { kind: 'tree', id: id.trim(), path };
  }
  const args = ['--full-tree', '-z', commit, '--', `:(literal)${path}`];
  // A path that git does not take is one at which there is nothing.
  const [found] = await list(repository, args).catch(() => []);
  return found?.path === path ? found : null;
}

/** What is in a folder, and with `deep` in those below it as well. */
export async function entriesIn(
  repository: Repository,
  commit: string,
  folder: string,
  deep: boolean,
): Promise<readonly TreeEntry[]> {
  const options = deep ? ['-r', '-t'] : [];
  const at = folder === '' ? commit : `${commit}:${folder}`;
  const found = await list(repository, [...options, '--full-tree', '-z', at]);
  return found.map((entry) => ({
    ...entry,
    path: folder === '' ? entry.path : `${folder}/${entry.path}`,
  }));
}

async function list(
  repository: Repository,
  args: readonly string[],
): Promise<readonly TreeEntry[]> {
  const printed = await repository.git(['ls-tree', ...args]);
  return printed
    .split('\0')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [, kind, id, path] = /^\d+ (blob|tree|commit) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (id === undefined || path === undefined) return [];
      return [{ kind: kind === 'tree' || kind === 'commit' ? kind : 'blob', id, path } as const];
    });
}
