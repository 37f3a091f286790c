import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';

import { z } from 'zod';

import { doesNotExist, invalidParameter } from '../api-error.ts';
import { numberOf } from '../identity/number-of.ts';
import { isBelow } from '../is-below.ts';
import type { Workspace } from '../workspace.ts';

export type Language = 'PYTHON' | 'SQL' | 'SCALA' | 'R';

/** Something in the workspace's tree of folders. */
export type WorkspaceObject =
  | { readonly kind: 'directory' | 'repo' | 'file'; readonly path: string; readonly local: string }
  | {
      readonly kind: 'notebook';
      /** Without the extension that its file has here. */
      readonly path: string;
      readonly local: string;
      readonly language: Language;
    };

/** By extension: the first line of a notebook's file. Source: databricks/cli libs/notebook/detect.go. */
export const HEADERS = {
  '.py': ['PYTHON', '# Databricks notebook source'],
  '.sql': ['SQL', '-- Databricks notebook source'],
  '.scala': ['SCALA', '// Databricks notebook source'],
  '.r': ['R', '# Databricks notebook source'],
} as const;
export type NotebookExtension = keyof typeof HEADERS;

/** Where the workspace's tree is on this machine. */
function treeOf({ folder }: Pick<Workspace, 'folder'>): string {
  return join(folder, 'root', 'workspace');
}

/**
 * A path of the workspace, without the `/Workspace` that may stand before it. The texts are ours.
 *
 * @throws {ApiError} 400, it is no absolute path
 */
export function workspacePath(given: string): string {
  const path = posix.normalize(given.replace(/^\/Workspace(?=\/|$)/u, '') || '/');
  if (!path.startsWith('/') || path.includes('\0')) {
    throw invalidParameter(`Path (${given}) must be an absolute path`);
  }
  return path.length > 1 ? path.replace(/\/$/u, '') : path;
}

export function localPath(workspace: Pick<Workspace, 'folder'>, path: string): string {
  return join(treeOf(workspace), ...path.split('/'));
}

/** What is at this path; null: nothing. */
export async function objectAt(
  workspace: Workspace,
  path: string,
): Promise<WorkspaceObject | null> {
  const found = await entryAt(workspace, path);
  // A repository may bring links along.
  return found && (await isBelow(treeOf(workspace), found.local)) ? found : null;
}

async function entryAt(workspace: Workspace, path: string): Promise<WorkspaceObject | null> {
  const local = localPath(workspace, path);
  const about = await stat(local).catch(() => null);
  if (about?.isDirectory()) return directoryAt(workspace, path, local);
  for (const extension of [...extensions(), '.ipynb'] as const) {
    const language = await languageOf(local + extension, extension);
    if (language) return { kind: 'notebook', path, local: local + extension, language };
  }
  if (!about || (await isNotebook(local))) return null;
  return { kind: 'file', path, local };
}

function directoryAt({ repos }: Workspace, path: string, local: string): WorkspaceObject {
  const isRepo = [...repos.values()].some((one) => one.path === path);
  return { kind: isRepo ? 'repo' : 'directory', path, local };
}

function extensions(): NotebookExtension[] {
  return ['.py', '.sql', '.scala', '.r'];
}

/** Source: databricks-sdk-py errors; the text in terraform-provider-databricks. @throws {ApiError} 404 */
export async function existing(workspace: Workspace, path: string): Promise<WorkspaceObject> {
  const found = await objectAt(workspace, path);
  if (found) return found;
  throw doesNotExist(`Path (${path}) doesn't exist.`);
}

/** What is in a folder, by name. */
export async function objectsIn(workspace: Workspace, folder: string): Promise<WorkspaceObject[]> {
  const names = await readdir(localPath(workspace, folder)).catch(() => []);
  const objects = await Promise.all(
    names
      // What is not for people to see: the checkouts of jobs.
      .filter((name) => name !== '.internal' && name !== '.git')
      .map((name) => objectNamed(workspace, posix.join(folder, name))),
  );
  return objects.filter((one) => one !== null).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function objectNamed(workspace: Workspace, path: string): Promise<WorkspaceObject | null> {
  const extension = posix.extname(path);
  const found = await objectAt(workspace, path);
  if (found || extension === '') return found;
  return objectAt(workspace, path.slice(0, -extension.length));
}

async function isNotebook(local: string): Promise<boolean> {
  const extension = posix.extname(local.split(sep).at(-1) ?? '');
  return isKnown(extension) && (await languageOf(local, extension)) !== null;
}

function isKnown(extension: string): extension is NotebookExtension | '.ipynb' {
  return extension === '.ipynb' || Object.hasOwn(HEADERS, extension);
}

async function languageOf(
  local: string,
  extension: NotebookExtension | '.ipynb',
): Promise<Language | null> {
  if (extension === '.ipynb') {
    const text = await readFile(local, 'utf8').catch(() => null);
    return text === null ? null : languageOfJupyter(text);
  }
  const [language, header] = HEADERS[extension];
  return (await firstLine(local)) === header ? language : null;
}

const Jupyter = z.looseObject({
  cells: z.array(z.unknown()),
  metadata: z
    .looseObject({
      'application/vnd.databricks.v1+notebook': z
        .looseObject({ language: z.string().optional() })
        .optional(),
    })
    .optional(),
});

/** Source: databricks/cli libs/notebook/detect.go: the language in the metadata, or else Python. */
export function languageOfJupyter(text: string): Language | null {
  const { data } = Jupyter.safeParse(parsed(text));
  if (!data) return null;
  const told = data.metadata?.['application/vnd.databricks.v1+notebook']?.language;
  const language = told?.toUpperCase();
  return language === 'SQL' || language === 'SCALA' || language === 'R' ? language : 'PYTHON';
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

async function firstLine(local: string): Promise<string | null> {
  try {
    await using file = await open(local);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('utf8', 0, bytesRead).split(/\r?\n/u)[0] ?? null;
  } catch {
    return null;
  }
}

const TYPES = { directory: 'DIRECTORY', repo: 'REPO', file: 'FILE', notebook: 'NOTEBOOK' } as const;

/** Source: databricks-sdk-py service/workspace.py, ObjectInfo. */
export async function objectJson(object: WorkspaceObject) {
  const about = await stat(object.local);
  const times = {
    created_at: Math.floor(about.birthtimeMs || about.mtimeMs),
    modified_at: Math.floor(about.mtimeMs),
  };
  const isFolder = object.kind === 'directory' || object.kind === 'repo';
  return {
    path: object.path,
    object_type: TYPES[object.kind],
    object_id: numberOf(object.path),
    resource_id: String(numberOf(object.path)),
    ...(!isFolder && times),
    ...(object.kind === 'notebook' && { language: object.language }),
    ...(object.kind === 'file' && { size: about.size }),
  };
}
