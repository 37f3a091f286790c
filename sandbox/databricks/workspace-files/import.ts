import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, posix } from 'node:path';

import { z } from 'zod';

import type { Action, Call } from '../../kit/action.ts';
import { ApiError, alreadyExists, doesNotExist, invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { checked, Flag, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { asNotebook } from './notebook-format.ts';
import {
  HEADERS,
  languageOfJupyter,
  localPath,
  objectAt,
  workspacePath,
} from './workspace-object.ts';

const Import = z.looseObject({
  path: z.string(),
  format: z
    .enum(['SOURCE', 'AUTO', 'JUPYTER', 'RAW', 'HTML', 'DBC', 'R_MARKDOWN'])
    .default('SOURCE'),
  language: z.enum(['PYTHON', 'SQL', 'SCALA', 'R']).optional(),
  content: z.string().default(''),
  overwrite: Flag.default(false),
});
type Import = z.infer<typeof Import>;

/** Source: databricks-sdk-py service/workspace.py, WorkspaceAPI.import_. */
const MAX_BYTES = 10 * 1024 * 1024;

export const importObject: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/workspace/import',
  source:
    'databricks-sdk-py service/workspace.py, WorkspaceAPI.import_ and mixins/workspace.py (a form); ' +
    'terraform-provider-databricks for the missing parent',
  handle: signedIn(async (call) => {
    const { order, bytes } = await given(call);
    if (bytes.length > MAX_BYTES) {
      const message = `The maximum allowed size is ${MAX_BYTES} bytes`;
      throw new ApiError(400, 'MAX_NOTEBOOK_SIZE_EXCEEDED', message);
    }
    const path = workspacePath(order.path);
    const parent = posix.dirname(path);
    const above = await stat(localPath(call.state, parent)).catch(() => null);
    if (!above?.isDirectory()) throw doesNotExist(`The parent folder (${parent}) does not exist.`);
    const made = shaped(order, path, bytes);
    await replace(call.state, made.path, order.overwrite);
    const local = localPath(call.state, made.path) + made.extension;
    await mkdir(dirname(local), { recursive: true });
    await writeFile(local, made.bytes);
    return Response.json({});
  }),
};

interface Given {
  readonly order: Import;
  readonly bytes: Buffer;
}

/** The content in base64 within JSON, or as it is within a form. */
async function given(call: Call<Workspace>): Promise<Given> {
  if (!call.request.headers.get('content-type')?.startsWith('multipart/form-data')) {
    const order = await inputOf(call, Import);
    return { order, bytes: decoded(order.content) };
  }
  const form = await call.request.formData().catch(() => {
    throw new SyntaxError('The body is no form');
  });
  const { content, ...fields } = Object.fromEntries(form);
  const bytes = content instanceof Blob ? await content.arrayBuffer() : Buffer.from(content ?? '');
  return { order: checked(Import, fields), bytes: Buffer.from(new Uint8Array(bytes)) };
}

/** The text is ours. @throws {ApiError} 400 */
function decoded(content: string): Buffer {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/u.test(content.replaceAll(/\s/gu, ''))) {
    throw invalidParameter('content is not in base64');
  }
  return Buffer.from(content, 'base64');
}

interface Shaped {
  readonly path: string;
  /** Of the file on this machine; empty: the path is the file's own. */
  readonly extension: string;
  readonly bytes: Uint8Array | string;
}

/** @throws {ApiError} 400, the format is none that the sandbox takes, or the content not of it */
function shaped(order: Import, path: string, bytes: Buffer): Shaped {
  switch (order.format) {
    case 'RAW':
      return { path, extension: '', bytes };
    case 'AUTO':
      return detected(path, bytes);
    case 'JUPYTER':
      if (!languageOfJupyter(bytes.toString())) {
        throw invalidParameter('The content is no notebook of Jupyter');
      }
      return { path, extension: '.ipynb', bytes };
    case 'SOURCE': {
      if (!order.language) throw invalidParameter('language is needed for the format SOURCE');
      const { extension, source } = asNotebook(order.language, bytes.toString());
      return { path, extension, bytes: source };
    }
    case 'HTML':
    case 'DBC':
    case 'R_MARKDOWN':
      throw invalidParameter(`The sandbox cannot import the format ${order.format}`);
  }
}

/** Notebooks lose their extension, everything else is a file. */
function detected(path: string, bytes: Buffer): Shaped {
  const extension = posix.extname(path);
  const notebook = { path: path.slice(0, path.length - extension.length), extension, bytes };
  if (extension === '.ipynb' && languageOfJupyter(bytes.toString())) return notebook;
  const [, header] = Object.entries(HEADERS).find(([one]) => one === extension)?.[1] ?? [];
  const isNotebook = header !== undefined && bytes.toString().split(/\r?\n/u)[0] === header;
  return isNotebook ? notebook : { path, extension: '', bytes };
}

/** Makes way for what is imported. @throws {ApiError} 400, something is there and shall stay */
async function replace(workspace: Workspace, path: string, overwrite: boolean): Promise<void> {
  const before = await objectAt(workspace, path);
  if (!before) return;
  if (!overwrite || before.kind === 'directory' || before.kind === 'repo') {
    throw alreadyExists(`Path (${path}) already exists.`);
  }
  await rm(before.local);
}
