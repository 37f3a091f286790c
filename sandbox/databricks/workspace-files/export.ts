import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { Flag, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { fromJupyter, toJupyter } from './notebook-format.ts';
import { existing, type WorkspaceObject, workspacePath } from './workspace-object.ts';

const Export = z.looseObject({
  path: z.string(),
  format: z
    .enum(['SOURCE', 'AUTO', 'JUPYTER', 'RAW', 'HTML', 'DBC', 'R_MARKDOWN'])
    .default('SOURCE'),
  direct_download: Flag.default(false),
});
type Format = z.infer<typeof Export>['format'];

export const exportObject: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/workspace/export',
  source: 'databricks-sdk-py service/workspace.py, WorkspaceAPI.export; the texts are ours',
  handle: signedIn(async (call) => {
    const { path, format, direct_download: isDirect } = await inputOf(call, Export);
    const object = await existing(call.state, workspacePath(path));
    const bytes = await exported(object, format);
    if (!isDirect) {
      const content = bytes.toString('base64');
      const type = format === 'JUPYTER' ? 'ipynb' : posix.extname(object.local).slice(1);
      return Response.json({ content, file_type: type });
    }
    const name = posix.basename(object.local);
    return new Response(new Uint8Array(bytes), {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
    });
  }),
};

/** @throws {ApiError} 400, it is a folder, or the format none that the sandbox gives */
async function exported(object: WorkspaceObject, format: Format): Promise<Buffer> {
  switch (object.kind) {
    case 'directory':
    case 'repo':
      throw invalidParameter(
        `The sandbox exports notebooks and files, and ${object.path} is a folder`,
      );
    case 'file':
      return readFile(object.local);
    case 'notebook':
      return notebookAs(object, format);
  }
}

type Notebook = Extract<WorkspaceObject, { kind: 'notebook' }>;

async function notebookAs({ path, local, language }: Notebook, format: Format): Promise<Buffer> {
  const bytes = await readFile(local);
  const own = local.endsWith('.ipynb') ? 'JUPYTER' : 'SOURCE';
  if (format === own || format === 'AUTO' || format === 'RAW') return bytes;
  if (format === 'SOURCE') return Buffer.from(fromJupyter(bytes.toString()));
  if (format === 'JUPYTER' && language === 'PYTHON') {
    return Buffer.from(toJupyter(bytes.toString(), posix.basename(path)));
  }
  throw invalidParameter(`The sandbox cannot export ${path} in the format ${format}`);
}
