import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { createRepo } from './create.ts';
import { deleteRepo } from './delete.ts';
import { getRepo } from './get.ts';
import { listRepos } from './list.ts';
import { updateRepo } from './update.ts';

/** Git repositories that stand in the workspace. */
export const REPO_ACTIONS: readonly Action<Workspace>[] = [
  createRepo,
  listRepos,
  getRepo,
  updateRepo,
  deleteRepo,
];
