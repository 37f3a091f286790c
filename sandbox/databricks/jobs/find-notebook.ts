import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';

export type FoundNotebook =
  | { readonly kind: 'notebook'; readonly file: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unsupported'; readonly because: string };

const HEADER = '# Databricks notebook source';

/**
 * The file behind a notebook's path, which has no extension; a file without the header is none.
 *
 * Source: databricks/cli libs/notebook/detect.go (header, first line of the first 32 bytes).
 */
export async function findNotebook(folder: string, path: string): Promise<FoundNotebook> {
  const root = await realpath(folder).catch(() => folder);
  const base = join(root, isAbsolute(path) ? path.slice(1) : path);
  for (const extension of ['.py', '.ipynb']) {
    const file = await realpath(base + extension).catch(() => null);
    // Not below the folder: `..`, or a link that the repository brought along.
    if (!file?.startsWith(root + sep)) continue;
    if (extension === '.ipynb' || (await startsWithHeader(file))) return { kind: 'notebook', file };
  }
  for (const extension of ['.sql', '.scala', '.r']) {
    const file = await realpath(base + extension).catch(() => null);
    if (!file?.startsWith(root + sep)) continue;
    return { kind: 'unsupported', because: `The sandbox runs Python, not ${extension} notebooks` };
  }
  return { kind: 'missing' };
}

async function startsWithHeader(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
  return buffer.toString('utf8', 0, bytesRead).split(/\r?\n/u)[0] === HEADER;
}
