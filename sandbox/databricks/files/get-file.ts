import { readFile } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { notFound, placeOf } from './file-place.ts';

export const getFile: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/fs/files/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.download',
  handle: signedIn(async ({ state, params }) => {
    const { path, local } = placeOf(state, params['rest'] ?? '');
    const bytes = await readFile(local).catch(() => null);
    if (!bytes) throw notFound(path);
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes.length),
    };
    return new Response(new Uint8Array(bytes), { headers });
  }),
};
