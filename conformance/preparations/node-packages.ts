import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { runCommand } from '../run-command.ts';

const FOLDER = path.join(import.meta.dirname, '../node');
const INSTALL_MS = 300_000;

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      // Those of other platforms are left out.
      optional: z.boolean().optional(),
    }),
  ),
});

let installed: Promise<string | null> | undefined;

/** Installs the clients that are written for Node, unless they are there; null: they are. */
export function installNodePackages(): Promise<string | null> {
  installed ??= install();
  return installed;
}

/** The version of a package that is locked: `4.14.1`. */
export function lockedVersion(name: string): string | null {
  return readLock('package-lock.json').packages[`node_modules/${name}`]?.version ?? null;
}

async function install(): Promise<string | null> {
  if (isInstalled()) return null;
  // `npm` runs on the Node that is first in PATH: the one that runs us.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = {
    ...withoutOuterNpm(),
    PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  };
  const { code, stderr } = await runCommand('npm', args, {
    cwd: FOLDER,
    env,
    longestMs: INSTALL_MS,
  });
  return code === 0 ? null : `npm ci failed: ${stderr.trim().slice(-300)}`;
}

/** npm writes node_modules/.package-lock.json last. */
function isInstalled(): boolean {
  if (!existsSync(path.join(FOLDER, 'node_modules/.package-lock.json'))) return false;
  const have = readLock('node_modules/.package-lock.json').packages;
  return Object.entries(readLock('package-lock.json').packages)
    .filter(([name, { optional }]) => name !== '' && optional !== true)
    .every(([name, { integrity }]) => have[name]?.integrity === integrity);
}

function readLock(file: string): z.infer<typeof Lock> {
  return Lock.parse(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')));
}

/** What an outer npm set for its own run would misguide ours. */
function withoutOuterNpm(): Record<string, string | undefined> {
  const outer = /^npm_(?:config_local_prefix|config_ignore_scripts|package_|lifecycle_|command$)/iu;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));
}
