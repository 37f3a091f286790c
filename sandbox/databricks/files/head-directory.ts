import { stat } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { placeOf } from './file-place.ts';

export const headDirectory: Action<Workspace> = {
  method: 'HEAD',
  path: '/api/2.0/fs/directories/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.get_directory_metadata',
  handle: signedIn(async ({ state, params }) => {
    const about = await stat(placeOf(state, params['rest'] ?? '').local).catch(() => null);
    return new Response(null, { status: about?.isDirectory() ? 200 : 404 });
  }),
};
