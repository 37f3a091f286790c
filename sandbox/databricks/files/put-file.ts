import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Action } from '../../kit/action.ts';
import { ApiError } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { checkWritable, placeOf } from './file-place.ts';

export const putFile: Action<Workspace> = {
  method: 'PUT',
  path: '/api/2.0/fs/files/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.upload; the texts are ours',
  handle: signedIn(async ({ state, url, params, request }, principal) => {
    const { path, local } = placeOf(state, params['rest'] ?? '');
    checkWritable(state, principal, path);
    const before = await stat(local).catch(() => null);
    if (before && (before.isDirectory() || url.searchParams.get('overwrite') !== 'true')) {
      throw new ApiError(409, 'ALREADY_EXISTS', `The path ${path} already exists.`);
    }
    await mkdir(dirname(local), { recursive: true });
    await writeFile(local, new Uint8Array(await request.arrayBuffer()));
    return new Response(null, { status: 204 });
  }),
};
