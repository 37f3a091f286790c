import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

const SOURCE = path.join(import.meta.dirname, '../peers');
const CACHE = path.join(import.meta.dirname, '../../node_modules/.cache/bench-peers');

/** Something that is there, or why it is not. */
export type Brought<Thing> =
  | { readonly kind: 'there'; readonly it: Thing }
  | { readonly kind: 'missing'; readonly because: string };

/** Brings the packages that we are measured against into a cache; `it` is its folder. */
export function bringPeers(say: (line: string) => void): Brought<string> {
  mkdirSync(CACHE, { recursive: true });
  const lock = path.join(CACHE, 'node_modules', '.package-lock.json');
  const isThere = existsSync(lock) && sameVersions(lock);
  cpSync(SOURCE, CACHE, { recursive: true });
  if (isThere) return { kind: 'there', it: CACHE };
  say('installing the packages that we are measured against');
  // Not `ci`: it refuses a lock without the packages of platforms that a peer has not published.
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', args, { cwd: CACHE, encoding: 'utf8' });
  if (status === 0) return { kind: 'there', it: CACHE };
  return { kind: 'missing', because: `npm install failed: ${stderr.trim().split('\n')[0] ?? ''}` };
}

const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

function sameVersions(installed: string): boolean {
  const versions = (file: string, name: string) =>
    Lock.parse(JSON.parse(readFileSync(file, 'utf8'))).packages[name]?.version;
  const wanted = path.join(SOURCE, 'package-lock.json');
  const names = Object.keys(Lock.parse(JSON.parse(readFileSync(installed, 'utf8'))).packages);
  return names.every((name) => versions(installed, name) === versions(wanted, name));
}

/** Redis of the distribution, brought if need be and allowed. */
export function bringRedis(): Brought<'redis-server'> {
  if (hasRedis()) return { kind: 'there', it: 'redis-server' };
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    spawnSync('apt-get', ['update', '-qq']);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server']);
  }
  return hasRedis()
    ? { kind: 'there', it: 'redis-server' }
    : { kind: 'missing', because: 'no redis-server' };
}

function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}
