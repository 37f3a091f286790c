import { stat } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { placeOf } from './file-place.ts';

export const headFile: Action<Workspace> = {
  method: 'HEAD',
  path: '/api/2.0/fs/files/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.get_metadata',
  handle: signedIn(async ({ state, params }) => {
    const about = await stat(placeOf(state, params['rest'] ?? '').local).catch(() => null);
    if (!about?.isFile()) return new Response(null, { status: 404 });
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(about.size),
      'Last-Modified': about.mtime.toUTCString(),
    };
    return new Response(null, { headers });
  }),
};
