import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { deleteDirectory } from './delete-directory.ts';
import { deleteFile } from './delete-file.ts';
import { getFile } from './get-file.ts';
import { headDirectory } from './head-directory.ts';
import { headFile } from './head-file.ts';
import { listDirectory } from './list-directory.ts';
import { putDirectory } from './put-directory.ts';
import { putFile } from './put-file.ts';

/** The Files API: volumes, and the files of models in Unity Catalog. */
export const FILE_ACTIONS: readonly Action<Workspace>[] = [
  putFile,
  getFile,
  headFile,
  deleteFile,
  putDirectory,
  listDirectory,
  headDirectory,
  deleteDirectory,
];
