import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { SandboxConfig } from '../sandbox/config.ts';
import { eventFields } from '../src/model/event.ts';
import { openService } from './service.ts';

const ROOT = path.join(import.meta.dirname, '..');

test('every error code stands in the reference', () => {
  const codes = read('src/lib/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm);
  const page = read('docs/reference/errors.md');

  const missing = [...codes].flatMap(([, code = '']) => (page.includes(`\`${code}\``) ? [] : code));

  assert.deepEqual(missing, []);
});

test('every event type stands in the reference with exactly its fields', () => {
  const page = read('docs/reference/configuration.md');

  const wrong = Object.entries(eventFields).filter(([type, fields]) => {
    const row = `| \`${type}\` | ${fields.map((field) => `\`${field}\``).join(', ')} |`;
    return !page.includes(row);
  });

  assert.deepEqual(wrong, []);
});

test('every key of the sandbox’s configuration stands in the reference', () => {
  const page = read('docs/reference/sandbox-configuration.md');
  const schema = z.toJSONSchema(SandboxConfig, { io: 'input', unrepresentable: 'any' });

  const missing = [...keysIn(schema)].filter((key) => !page.includes(`\`${key}\``));

  assert.deepEqual(missing, []);
});

test('every route of the API stands in the reference, and no other', async (t) => {
  const { app } = await openService(t);
  const there = app.routes.routes
    .filter(({ method }) => method === 'GET' || method === 'POST')
    .map(({ method, path: at }) => `${method} ${at.replace(/(?<=.)\/$/, '')}`)
    .filter((route) => route !== 'GET /*' && route !== 'GET /');
  const page = [...read('docs/reference/api.md').matchAll(/^\| `((?:GET|POST) [^`]+)` \|/gm)];

  assert.deepEqual(page.map(([, route = '']) => route).toSorted(), [...new Set(there)].toSorted());
});

test('no link between our pages leads nowhere', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'docs/reference/configuration.md',
    'docs/reference/sandbox-configuration.md',
    'docs/explanation/failure-suite.md',
    'docs/how-to/use-the-sandbox.md',
    'docs/how-to/run-from-ci.md',
    'docs/how-to/on-call.md',
    'docs/how-to/upgrade.md',
    'docs/reference/api.md',
    'docs/reference/commands.md',
    'examples/azure-pipelines/README.md',
    'examples/github-actions/README.md',
  ];

  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .map(([, to = '']) => path.join(path.dirname(page), to))
      .filter((to) => !exists(to))
      .map((to) => `${page} → ${to}`),
  );

  assert.deepEqual(broken, []);
});

function keysIn(schema: unknown): ReadonlySet<string> {
  if (typeof schema !== 'object' || schema === null) return new Set();
  const parts: readonly (readonly [string, unknown])[] = Object.entries(schema);
  return new Set(
    parts.flatMap(([name, part]) => [
      ...(name === 'properties' ? Object.keys(part ?? {}) : []),
      ...keysIn(part),
    ]),
  );
}

test('each kind of weather on the page is a test, and each test of the weather is on the page', () => {
  const page = read('docs/explanation/weather.md');
  const shown = [...page.matchAll(/ \| `(?<name>[^`]+)` \|$/gm)].map(
    ({ groups }) => groups?.['name'],
  );
  const tests = globSync('test/weather/*.test.ts', { cwd: ROOT })
    .flatMap((file) => [...read(file).matchAll(/\btest\(\s*['`](?<name>[^'`]+)['`]/g)])
    // One that is made for several times has the first of them on the page.
    .map(({ groups }) => groups?.['name']?.replace('${what}', 'an hour'));

  assert.deepEqual(new Set(shown), new Set(tests.filter((name) => name !== 'Postgres gone')));
});

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function exists(file: string): boolean {
  try {
    readFileSync(path.join(ROOT, file));
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EISDIR';
  }
}
