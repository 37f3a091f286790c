import { readFile } from 'node:fs/promises';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { isThere, notFound, placeOf } from './file-place.ts';

export const getFile: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/fs/files/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.download',
  handle: signedIn(async ({ state, params }) => {
    const place = placeOf(state, params['rest'] ?? '');
    if (!(await isThere(state, place))) throw notFound(place.path);
    const bytes = await readFile(place.local).catch(() => null);
    if (!bytes) throw notFound(place.path);
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes.length),
    };
    return new Response(new Uint8Array(bytes), { headers });
  }),
};
