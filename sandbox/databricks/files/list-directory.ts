import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import { pageSize, resultPage } from '../registry/search.ts';
import type { Workspace } from '../workspace.ts';
import { type FilePlace, isThere, notFound, placeOf } from './file-place.ts';

const ListDirectory = z.looseObject({
  page_size: Int.default(1000),
  page_token: z.string().optional(),
});

export const listDirectory: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/fs/directories/*',
  source: 'databricks-sdk-py service/files.py, FilesAPI.list_directory_contents',
  handle: signedIn(async (call) => {
    const { page_size, page_token } = await inputOf(call, ListDirectory);
    const place = placeOf(call.state, call.params['rest'] ?? '');
    const names = await readdir(place.local).catch(() => null);
    if (!names || !(await isThere(call.state, place))) throw notFound(place.path);
    const { items, next } = resultPage(names.toSorted(), pageSize(page_size, 1000), page_token);
    const contents = await Promise.all(items.map((name) => entryOf(place, name)));
    return Response.json({ contents, ...next });
  }),
};

async function entryOf({ path, local }: FilePlace, name: string) {
  const about = await stat(join(local, name));
  return {
    path: posix.join(path, name),
    name,
    is_directory: about.isDirectory(),
    ...(about.isFile() && { file_size: about.size }),
    last_modified: about.mtimeMs,
  };
}
