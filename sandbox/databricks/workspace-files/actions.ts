import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { deleteObject } from './delete.ts';
import { exportObject } from './export.ts';
import { getStatus } from './get-status.ts';
import { importObject } from './import.ts';
import { listObjects } from './list.ts';
import { makeDirectories } from './mkdirs.ts';

/** Notebooks, files and folders of the workspace. */
export const WORKSPACE_ACTIONS: readonly Action<Workspace>[] = [
  importObject,
  exportObject,
  getStatus,
  listObjects,
  makeDirectories,
  deleteObject,
];
