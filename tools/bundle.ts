import path from 'node:path';

import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { z } from 'zod';

const ROOT = path.join(import.meta.dirname, '..');

/** What became of programs that were bundled. */
interface Bundled {
  /** The programs that these start as processes of their own: `demo/main.ts`. */
  readonly started: readonly string[];
  readonly chunks: readonly OutputChunk[];
}

/**
 * Bundles programs with all that they import, each under its name in the source: `demo/main.ts`
 * becomes `demo/main.js`.
 *
 * What is imported with `import()` is a chunk that is loaded when it is asked for. Names are kept,
 * so that a stack trace says where it comes from.
 */
export async function bundle(programs: readonly string[]): Promise<Bundled> {
  const started = new Set<string>();
  await using build = await rolldown({
    input: Object.fromEntries(
      programs.map((file) => [file.replace(/\.ts$/, ''), path.join(ROOT, file)]),
    ),
    cwd: ROOT,
    platform: 'node',
    // Which nobody has installed, and pg does without. The pages are built beforehand.
    external: ['pg-native', /\/web\/bundle\.ts$/],
    plugins: [keepPlaces(started), takeBuiltIns()],
    logLevel: 'warn',
  });
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    comments: { legal: true, annotation: false, jsdoc: false },
    codeSplitting: { groups: FIRST },
  });
  return { started: [...started], chunks: output.filter((one) => one.type === 'chunk') };
}

/** What each command needs, and what the step of a CI system needs, are one file each: it is read at once. */
const FIRST = [
  {
    name: 'start',
    test: /commander|src\/lib\/errors|src\/cli\/(exit-|listed-command|run\/(run|surroundings)\.ts)/,
  },
  { name: 'step', test: /zod|src\/(clients|model|cli\/run|cli\/ask|cli\/identity-options)/ },
];

const PROGRAM_BY_PATH = /(join\(import\.meta\.dirname, ')([^']+)\.ts'\)/g;
const PROGRAM_BY_URL = /(new (?:URL|Worker)\(')([^']+)\.ts'(?=, import\.meta\.url\))/g;

/** Files of ours find others by where they stand, which is elsewhere once they are bundled. */
function keepPlaces(started: Set<string>): Plugin {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!code.includes('import.meta') || id.includes('node_modules')) return null;
      const folder = path.relative(ROOT, path.dirname(id));
      const found = (whole: string, before: string, name: string) => {
        started.add(path.join(folder, `${name}.ts`));
        return whole.replace(`${before}${name}.ts`, `${before}${name}.js`);
      };
      return code
        .replaceAll(PROGRAM_BY_PATH, found)
        .replaceAll(PROGRAM_BY_URL, found)
        .replaceAll('import.meta.dirname', `(import.meta.dirname + '/<${folder}>')`)
        .replaceAll('import.meta.url', `new URL('<${folder}>/', import.meta.url)`);
    },
    renderChunk(code, { fileName }) {
      const from = path.dirname(fileName);
      return code.replaceAll(/(?<=['"]\/?)<([\w/-]+)>/g, (_, folder: string) =>
        path.relative(from, folder),
      );
    },
  };
}

const BUILT_IN =
  /^import (?:(?<all>[\w$]+)(?:, )?)?(?:\{(?<some>[^}]+)\})? from "(?<module>node:[\w/]+)";$/gm;

const BuiltIn = z.object({
  all: z.string().optional(),
  some: z.string().optional(),
  module: z.string(),
});

/**
 * Takes Node's own modules without the detour of `import`, which evaluates everything that they
 * export, streams and promises included: a third of the time that a command takes to start.
 */
function takeBuiltIns(): Plugin {
  return {
    name: 'take-built-ins',
    renderChunk: (code) =>
      code.replaceAll(BUILT_IN, (...match) => {
        const { all, some, module } = BuiltIn.parse(match.at(-1));
        return [all, some && `{${some.replaceAll(' as ', ': ')}}`]
          .filter(Boolean)
          .map((names) => `const ${names} = globalThis.process.getBuiltinModule("${module}");`)
          .join(' ');
      }),
  };
}
