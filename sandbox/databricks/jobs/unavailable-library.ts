import { access } from 'node:fs/promises';
import { join, sep } from 'node:path';

import type { Workspace } from '../workspace.ts';

/** Libraries that are files; those of a registry count as there, as with %pip: nothing is installed. */
const FILES = ['whl', 'jar', 'egg', 'requirements'];

/**
 * What is wrong with a task's libraries: one that is a file has to be there.
 *
 * Source: databricks-sdk-py service/compute.py, Library; the text is ours.
 */
export async function unavailableLibrary(
  { folder }: Workspace,
  libraries: readonly Readonly<Record<string, unknown>>[],
): Promise<string | null> {
  const paths = libraries.flatMap((library) =>
    FILES.map((kind) => library[kind]).filter((path) => typeof path === 'string'),
  );
  for (const path of paths) {
    const file = localFile(join(folder, 'root'), path);
    const isThere =
      file !== null &&
      (await access(file).then(
        () => true,
        () => false,
      ));
    if (!isThere) return `Library installation failed: ${path} was not found`;
  }
  return null;
}

function localFile(root: string, path: string): string | null {
  const [, folder, below] =
    [
      ['dbfs:/', 'dbfs'],
      ['/dbfs/', 'dbfs'],
      ['/Workspace/', 'workspace'],
      ['/Volumes/', 'volumes'],
      ['/', 'workspace'],
    ]
      .map(([prefix = '', name = '']) => [prefix, name, path.slice(prefix.length)] as const)
      .find(([prefix]) => path.startsWith(prefix)) ?? [];
  if (folder === undefined || below === undefined) return null;
  const file = join(root, folder, below);
  return file.startsWith(join(root, folder) + sep) ? file : null;
}
