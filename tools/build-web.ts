import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const web = path.join(root, 'web');
const dist = path.join(web, 'dist');
const stamp = path.join(dist, '.built');

const SOURCES = [
  'src',
  'public',
  'bundle.ts',
  'index.html',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
];

/** Builds the dashboard into `web/dist`, unless it was built from these very sources. */
export async function buildWeb(): Promise<'built' | 'up to date'> {
  // A package has the pages, and not what they are built from.
  if (!existsSync(path.join(web, 'bundle.ts'))) return 'up to date';
  const wanted = hashOfSources();
  if (builtFrom() === wanted) return 'up to date';
  // Loaded only now: it takes far longer than to see that there is nothing to build.
  const { bundle } = await import('../web/bundle.ts');
  const fresh = path.join(root, 'node_modules', '.cache', `web-${process.pid}`);
  mkdirSync(path.dirname(fresh), { recursive: true });
  try {
    await bundle(fresh);
    writeFileSync(path.join(fresh, '.built'), wanted);
    put(fresh, wanted);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return 'built';
}

/** Moves the built files in all at once, so that nobody who reads meanwhile finds half of them. */
function put(fresh: string, wanted: string): void {
  rmSync(dist, { recursive: true, force: true });
  try {
    renameSync(fresh, dist);
  } catch (error) {
    // Another process that built the same was faster.
    if (builtFrom() !== wanted) throw error;
  }
}

function builtFrom(): string | null {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesBelow).toSorted()) {
    const content = readFileSync(path.join(web, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
  return hash.digest('hex');
}

function filesBelow(name: string): readonly string[] {
  const full = path.join(web, name);
  if (path.extname(name) !== '') return [name];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => path.relative(web, path.join(entry.parentPath, entry.name)));
}

if (import.meta.main && (await buildWeb()) === 'built') {
  console.log(`built ${path.relative(process.cwd(), dist)}`);
}
