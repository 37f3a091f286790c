import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';

import type { Workspace } from '../workspace.ts';
import type { FoundNotebook } from './find-notebook.ts';

/**
 * The file behind a spark_python_task: in the workspace, in DBFS, or in a checkout; with its
 * extension, unlike a notebook.
 *
 * Source: databricks-sdk-py service/jobs.py, SparkPythonTask.
 */
export async function findPythonFile(
  workspace: Workspace,
  folder: string,
  path: string,
): Promise<FoundNotebook> {
  const inDbfs = path.startsWith('dbfs:/') ? path.slice('dbfs:'.length) : null;
  const base = inDbfs === null ? folder : join(workspace.folder, 'root', 'dbfs');
  const below = inDbfs ?? path.replace(/^\/Workspace\//u, '/');
  const root = await realpath(base).catch(() => base);
  const file = await realpath(join(root, isAbsolute(below) ? below.slice(1) : below)).catch(
    () => null,
  );
  // Not below the folder: `..`, or a link that the repository brought along.
  if (!file?.startsWith(root + sep)) return { kind: 'missing' };
  const isFile = await stat(file).then(
    (about) => about.isFile(),
    () => false,
  );
  return isFile ? { kind: 'notebook', file } : { kind: 'missing' };
}
