import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Who may import whom, beside their own folder. Each folder leans only on those above it, and on
 * an adapter only through its port. The composition root, app.ts, alone may import anything.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/lib': [],
  'src/model': [],
  'src/clients': ['src/lib/'],
  'src/store': ['src/model/', 'src/lib/'],
  'src/sources': ['src/model/', 'src/lib/', 'src/clients/'],
  'src/targets': ['src/model/', 'src/lib/', 'src/clients/'],
  'src/proofs': ['src/model/', 'src/lib/', 'src/clients/'],
  'src/config': [
    'src/model/',
    'src/lib/',
    'src/sources/index.ts',
    'src/sources/source.ts',
    'src/targets/index.ts',
    'src/targets/target.ts',
    'src/proofs/index.ts',
  ],
  'src/engine': [
    'src/model/',
    'src/lib/',
    'src/store/store.ts',
    'src/store/asking.ts',
    'src/sources/source.ts',
    'src/targets/target.ts',
    'src/proofs/proof.ts',
  ],
  'src/http': [
    'src/model/',
    'src/lib/',
    'src/engine/',
    'src/store/store.ts',
    'src/store/asking.ts',
  ],
  'src/doctor': ['src/model/', 'src/lib/', 'src/clients/', 'src/config/'],
  'src/cli': [
    'src/model/',
    'src/lib/',
    'src/clients/',
    'src/config/',
    'src/doctor/',
    'src/http/server.ts',
    // `signalbox run --require` looks for the evidence that a rule can require.
    'src/proofs/databricks-run.ts',
    'src/proofs/proof.ts',
    // What a person does with a store that no service is working on.
    'src/store/backup.ts',
    'src/store/move-store.ts',
    'src/store/postgres-schema.ts',
    'src/app.ts',
  ],
  // The other side of every wire shares no code with us: one misreading must not agree with itself.
  sandbox: [],
  // The pages know the shapes of the API, and nothing else of the service.
  web: ['src/http/views.ts'],
  // The demonstration looks from outside.
  demo: ['tools/build-web.ts'],
};

test('imports follow the architecture', () => {
  const strays = sources().flatMap(({ file, imports }) => {
    const folder = folderOf(file);
    const allowed = [`${folder}/`, ...(mayImport[folder] ?? [])];
    return imports
      .filter((imported) => !allowed.some((door) => imported.startsWith(door)))
      .map((imported) => `${file} may not import ${imported}`);
  });

  assert.deepEqual(strays, []);
});

test('every folder of the source has its rule', () => {
  const folders = new Set(sources().map(({ file }) => folderOf(file)));

  assert.deepEqual(
    [...folders].filter((folder) => !(folder in mayImport)),
    [],
  );
});

/** Our own files but for the roots of `src`, with the files of ours that each one imports. */
function sources() {
  const files = globSync(
    ['src/*/**/*.ts', 'sandbox/**/*.ts', 'web/src/**/*.{ts,tsx}', 'demo/**/*.ts'],
    {
      cwd: ROOT,
      exclude: (name) => name.includes('node_modules'),
    },
  );
  return files
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      const relative = [...text.matchAll(/ from '(\.{1,2}\/[^']+)'/g)].map(([, to = '']) => to);
      const imports = relative.map((to) => path.posix.join(path.posix.dirname(file), to));
      // The version of the package is nobody's code.
      return { file, imports: imports.filter((imported) => imported !== 'package.json') };
    });
}

function folderOf(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'src' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
