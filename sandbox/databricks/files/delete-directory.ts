import { rmdir, stat } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { ApiError } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { checkWritable, notFound, placeOf } from './file-place.ts';

export const deleteDirectory: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/fs/directories/*',
  source:
    'databricks-sdk-py service/files.py, FilesAPI.delete_directory: empty ones; the text is ours',
  handle: signedIn(async ({ state, params }, principal) => {
    const { path, local } = placeOf(state, params['rest'] ?? '');
    checkWritable(state, principal, path);
    const about = await stat(local).catch(() => null);
    if (!about?.isDirectory()) throw notFound(path);
    await rmdir(local).catch(() => {
      throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `The directory ${path} is not empty.`);
    });
    return new Response(null, { status: 204 });
  }),
};
