import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { promisify } from 'node:util';

import { findPython, type Python } from './python.ts';

const run = promisify(execFile);

/** Where a notebook finds itself: in a file system of its own, or among the machine's files. */
export type Isolation =
  | { readonly kind: 'bubblewrap'; readonly executable: string }
  | { readonly kind: 'patched paths'; readonly because: string };

/** What a process in a file system of its own has to see of this machine's. */
export interface Places {
  /** Holds `dbfs/`, `workspace/` and `volumes/`. */
  readonly root: string;
  readonly home: string;
  readonly values: string;
  /** Further folders and files, to be read where they are. */
  readonly alsoSees: readonly string[];
}

/** HOME and the task values, as a process in a file system of its own names them. */
const INNER_HOME = '/home/sandbox';
const INNER_VALUES = '/databricks/sandbox/values';

/** What a cluster calls a folder, and its name below the sandbox's root. */
export const MAPPED = [
  ['/dbfs', 'dbfs'],
  ['/Workspace', 'workspace'],
  ['/Volumes', 'volumes'],
] as const;

/** The parts of a machine that programs need. */
const SYSTEM = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'etc', 'opt', 'nix'];

let found: Promise<Isolation> | undefined;

/** Whether bubblewrap is there and works, tried once in a process. */
export function findIsolation(): Promise<Isolation> {
  found ??= probe();
  return found;
}

async function probe(): Promise<Isolation> {
  const executable = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, 'bwrap'))
    .find((path) => existsSync(path));
  if (!executable) return { kind: 'patched paths', because: 'there is no bwrap' };

  const python = await findPython();
  const place = await mkdtemp(join(tmpdir(), 'bwrap-'));
  const places = { root: place, home: place, values: place, alsoSees: [] };
  try {
    // The folders that are mapped are missing here, and left out for that.
    const args = [
      ...(await bubblewrapArguments(places, python)),
      python.executable,
      '-I',
      '-c',
      '',
    ];
    await run(executable, args, { timeout: 5_000 });
    return { kind: 'bubblewrap', executable };
  } catch (error) {
    const complaint = error instanceof Error ? error.message.split('\n').at(-1) : undefined;
    return { kind: 'patched paths', because: `bwrap does not work: ${complaint ?? 'no reason'}` };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** A path of this machine as a process in a file system of its own sees it. */
export function innerPath({ root, home, values }: Places, path: string): string {
  const moved = [
    ...MAPPED.map(([inner, name]) => [inner, join(root, name)] as const),
    [INNER_HOME, home] as const,
    [INNER_VALUES, values] as const,
  ];
  for (const [inner, outer] of moved) {
    if (path === outer || path.startsWith(outer + sep)) return inner + path.slice(outer.length);
  }
  return path;
}

/**
 * The arguments that give a process a file system of its own: the machine's programs to read, the
 * sandbox's folders where a cluster has them, and nobody's home. The network stays, because the
 * emulated services are reached through a proxy on this machine.
 *
 * Source: bwrap(1).
 */
export async function bubblewrapArguments(places: Places, python: Python): Promise<string[]> {
  const system = await Promise.all(SYSTEM.map((name) => bound(`/${name}`)));
  const runner = import.meta.dirname;
  const seen = [...python.prefixes, ...python.path.split(delimiter), runner, ...places.alsoSees]
    .filter((path) => isAbsolute(path) && path !== sep && !isSystem(path))
    .toSorted((a, b) => a.length - b.length);
  const mapped = MAPPED.flatMap(([inner, name]) => ['--bind-try', join(places.root, name), inner]);
  const own = ['--bind', places.home, INNER_HOME, '--bind', places.values, INNER_VALUES];
  const fresh = ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
  const alsoSeen = [...new Set(seen)].flatMap((path) => ['--ro-bind-try', path, path]);
  const session = ['--die-with-parent', '--unshare-pid', '--new-session'];
  return [...session, ...system.flat(), ...fresh, ...alsoSeen, ...mapped, ...own, '--'];
}

/** What goes before `--`: where the process begins. */
export function startingIn(args: readonly string[], folder: string): string[] {
  return [...args.slice(0, -1), '--chdir', folder, '--'];
}

/** Directories as they are; `/bin` is a link to `usr/bin` on most machines, and stays one. */
async function bound(path: string): Promise<string[]> {
  const about = await lstat(path).catch(() => null);
  if (!about) return [];
  if (about.isSymbolicLink()) return ['--symlink', await readlink(path), path];
  return ['--ro-bind', path, path];
}

function isSystem(path: string): boolean {
  return SYSTEM.some((name) => path === `/${name}` || path.startsWith(`/${name}/`));
}

/** The certificates and the like that variables name. */
export function filesIn(environment: Readonly<Record<string, string>>): string[] {
  return Object.values(environment).filter((value) => isAbsolute(value) && existsSync(value));
}
