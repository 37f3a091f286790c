import { rm, stat } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { checkWritable, notFound, placeOf } from './file-place.ts';

export const deleteFile: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/fs/files/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.delete',
  handle: signedIn(async ({ state, params }, principal) => {
    const { path, local } = placeOf(state, params['rest'] ?? '');
    checkWritable(state, principal, path);
    const about = await stat(local).catch(() => null);
    if (!about?.isFile()) throw notFound(path);
    await rm(local);
    return new Response(null, { status: 204 });
  }),
};
