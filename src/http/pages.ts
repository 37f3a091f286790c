import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Hono } from 'hono';

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * The dashboard: the built files of `folder`, read once, so that no path of a request ever
 * reaches the disk.
 */
export function pages(folder: string): Hono {
  const files = existsSync(folder) ? filesOf(folder) : new Map<string, Uint8Array<ArrayBuffer>>();
  return new Hono().get('*', (c) => {
    if (files.size === 0) return c.text('The pages are not built: run "npm start" once.', 404);
    const name = c.req.path.slice(1);
    const found = files.get(name);
    const isPage = !found && path.extname(name) === '';
    const body = isPage ? files.get('index.html') : found;
    if (!body) return c.text('no such file', 404);
    const type = MIME[isPage ? '.html' : path.extname(name)] ?? 'application/octet-stream';
    return c.body(body, 200, { ...HEADERS, 'content-type': type });
  });
}

function filesOf(folder: string): Map<string, Uint8Array<ArrayBuffer>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const name = path.relative(folder, file).split(path.sep).join('/');
        return [name, new Uint8Array(readFileSync(file))];
      }),
  );
}
