import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { z } from 'zod';

import { cloneRepository } from '../demo/git.ts';
import { openStage } from '../demo/stage.ts';
import { names } from '../demo/wine-quality.ts';
import { RunResult } from '../src/cli/run/run-result.ts';
import { buildPackage } from './build.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-package-'));
const built = path.join(folder, 'built');
let tarball = '';

before(async () => {
  await buildPackage(built);
  const { stdout } = await run('npm', ['pack', built, '--json', `--pack-destination=${folder}`]);
  const [packed] = z.array(z.object({ filename: z.string() })).parse(JSON.parse(stdout));
  tarball = packed?.filename ?? '';
});

after(() => rmSync(folder, { recursive: true }));

test('by npx it runs in an empty folder, with an empty cache and without the network', async () => {
  const { stdout: version } = await npx(['--version']);
  const { stdout: help } = await npx(['run', '--help']);

  const { version: own } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(built, 'package.json'), 'utf8')));
  assert.equal(version, `${own}\n`);
  assert.match(help, /notebook .* run a notebook on Databricks/);
});

test('a notebook runs by npx, and its trace stands in the result', async () => {
  await using stage = await openStage();
  const clone = await cloneRepository(stage);
  await clone.git('switch', '--quiet', '--create', 'packed');
  const notebook = path.join(stage.folder, 'nick/notebooks/packed.py');
  writeFileSync(notebook, '# Databricks notebook source\ndbutils.notebook.exit("3 wines")\n');
  await clone.push('packed', 'A notebook for the package [skip ci]');
  const project = `https://dev.azure.com/${names.organization}/${names.project}`;
  const from = [`--git-url=${project}/_git/${names.repository}`, '--branch=packed'];
  const env = {
    ...stage.environment,
    DATABRICKS_HOST: `https://${names.workspace}`,
    ARM_CLIENT_ID: names.spClientId,
    ARM_TENANT_ID: names.tenant,
    ARM_CLIENT_SECRET: stage.credentials.spCredential,
  };

  const { stdout } = await npx(['run', 'notebook', 'notebooks/packed', ...from, '-o', 'json'], env);

  const { verdict, tasks } = RunResult.parse(JSON.parse(stdout));
  assert.deepEqual([verdict, tasks[0]?.output], ['succeeded', '3 wines']);
});

test('it holds programs that depend on no other package, what they read, and nothing else', () => {
  const files = readdirSync(built, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(built, path.join(entry.parentPath, entry.name)));
  const manifest: unknown = JSON.parse(readFileSync(path.join(built, 'package.json'), 'utf8'));
  const asked = files
    .filter((file) => file.endsWith('.js') && !file.startsWith('web/'))
    .flatMap((file) => {
      const imports = readFileSync(path.join(built, file), 'utf8').matchAll(
        /^(?:import|export) .*from "([^".][^"]*)"/gm,
      );
      return [...imports].map(([, name]) => name);
    });

  assert.deepEqual(new Set(asked), new Set());
  assert.deepEqual(
    files.filter((file) => /\.test\.|\.ts$|node_modules|\.map$/.test(file)),
    [],
  );
  assert(!Object.hasOwn(z.object({}).loose().parse(manifest), 'dependencies'));
  const folders = new Set(files.map((file) => file.replace(/(\/[^/]+)$/, '')));
  for (const one of ['src/store/migrations/sqlite', 'sandbox/notebooks', 'web/dist/assets']) {
    assert(folders.has(one), `nothing of ${one}`);
  }
});

test('what only asks for help loads no HTTP, no TLS and no schemas', async () => {
  const print = 'process.on("exit", () => console.error(JSON.stringify(process.moduleLoadList)))';
  const program = path.join(built, 'signalbox.js');
  const loaded = await Promise.all(
    [['--version'], ['--help'], ['run', '--help']].map(async (args) => {
      const { stderr } = await run(process.execPath, [
        `--import=data:text/javascript,${encodeURIComponent(print)}`,
        program,
        ...args,
      ]);
      return z.array(z.string()).parse(JSON.parse(stderr));
    }),
  );

  const heavy = /^NativeModule (http|https|tls|crypto|sqlite|internal\/deps\/undici\/undici)$/;
  assert.deepEqual(
    loaded.flatMap((modules) => modules.filter((name) => heavy.test(name))),
    [],
  );
  const start = readdirSync(path.join(built, 'chunks')).find((name) => name.startsWith('start-'));
  assert.doesNotMatch(
    readFileSync(path.join(built, 'chunks', start ?? ''), 'utf8'),
    /^import /m,
    'what every command loads is one file',
  );
});

test('an older Node says which one is needed, and what to do', async () => {
  const pretend = 'Object.defineProperty(process.versions, "node", { value: "20.19.4" })';

  const { stderr, code } = await run(process.execPath, [
    `--import=data:text/javascript,${encodeURIComponent(pretend)}`,
    path.join(built, 'signalbox.js'),
    'run',
    '--help',
  ]);

  assert.equal(code, 2);
  assert.match(stderr, /^Signalbox needs Node 24\.\d+\.\d+ or newer, and this is v[\d.]+: /);
  assert.equal(stderr.split('\n').length, 2);
});

test('who stops reading is no fault', async () => {
  const script = `"${process.execPath}" "${path.join(built, 'signalbox.js')}" --help | true`;

  const { stderr } = await run('bash', ['-c', script]);

  assert.equal(stderr, '');
});

/** Each time in a folder with nothing but the package, with an empty cache. */
async function npx(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cwd = mkdtempSync(path.join(folder, 'empty-'));
  const cache = mkdtempSync(path.join(folder, 'cache-'));
  const home = path.join(cwd, 'home');
  mkdirSync(home);
  copyFileSync(path.join(folder, tarball), path.join(cwd, tarball));
  const ended = await run('npx', ['--yes', '--offline', `./${tarball}`, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env, npm_config_cache: cache },
  });
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  return ended;
}

interface Where {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

function run(command: string, args: readonly string[], where: Where = {}) {
  return new Promise<{ stdout: string; stderr: string; code: number }>((resolve) => {
    const child = execFile(command, args, where, (_, stdout, stderr) => {
      resolve({ stdout, stderr, code: child.exitCode ?? -1 });
    });
  });
}
