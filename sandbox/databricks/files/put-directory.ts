import { mkdir } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { ApiError } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { checkWritable, placeOf } from './file-place.ts';

export const putDirectory: Action<Workspace> = {
  method: 'PUT',
  path: '/api/2.0/fs/directories/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.create_directory: with all above it',
  handle: signedIn(async ({ state, params }, principal) => {
    const { path, local } = placeOf(state, params['rest'] ?? '');
    checkWritable(state, principal, path);
    await mkdir(local, { recursive: true }).catch(() => {
      throw new ApiError(409, 'ALREADY_EXISTS', `The path ${path} is a file.`);
    });
    return new Response(null, { status: 204 });
  }),
};
