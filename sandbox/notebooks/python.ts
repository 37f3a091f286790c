import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Python {
  /** The interpreter itself, never a version manager's shim: those need the user's own HOME. */
  readonly executable: string;
  /** A search path on which `python3` is this interpreter. */
  readonly path: string;
  /** The folders that it is made of, those of a virtual environment included. */
  readonly prefixes: readonly string[];
}

let found: Promise<Python> | undefined;

/**
 * The Python that runs notebooks, looked for once in a process.
 *
 * @throws {Error} there is no python3, or it is older than 3.9
 */
export function findPython(): Promise<Python> {
  found ??= look();
  return found;
}

async function look(): Promise<Python> {
  const script =
    'import sys; print(sys.executable, sys.version_info >= (3, 9), sys.prefix, sys.base_prefix, sep="\\n")';
  const { stdout } = await run('python3', ['-c', script]).catch((cause: unknown) => {
    throw new Error('The sandbox runs notebooks with python3, which did not start', { cause });
  });
  const [executable = '', recent, ...prefixes] = stdout.trim().split('\n');
  if (recent !== 'True') throw new Error(`Notebooks need Python 3.9 or newer: ${executable}`);
  const path = `${dirname(executable)}:${process.env['PATH'] ?? '/usr/bin:/bin'}`;
  return { executable, path, prefixes };
}
