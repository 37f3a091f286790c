import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { runCommand } from '../run-command.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const REQUIREMENTS = path.join(import.meta.dirname, '../python/requirements.txt');
const INSTALL_MS = 400_000;

export type PythonEnvironment =
  | { readonly kind: 'ready'; readonly python: string }
  | { readonly kind: 'absent'; readonly because: string };

let made: Promise<PythonEnvironment> | undefined;

/** An environment with the pinned clients that are written in Python, made once. */
export function makePythonEnvironment(): Promise<PythonEnvironment> {
  made ??= make();
  return made;
}

/** The version that is pinned: `0.156.0`. */
export function pinnedVersion(name: string): string | null {
  const line = new RegExp(`^${RegExp.escape(name)}==(?<version>\\S+)`, 'mu');
  return line.exec(readFileSync(REQUIREMENTS, 'utf8'))?.groups?.['version'] ?? null;
}

async function make(): Promise<PythonEnvironment> {
  const requirements = readFileSync(REQUIREMENTS, 'utf8');
  const { stdout, code } = await runCommand('python3', ['-c', 'import sys; print(sys.version)']);
  if (code !== 0) return absent('there is no python3 on this machine');
  // Another Python, or other requirements, get an environment of their own.
  const id = createHash('sha256').update(stdout).update(requirements).digest('hex').slice(0, 12);
  const folder = path.join(ROOT, '.signalbox/conformance', `python-${id}`);
  const python = path.join(folder, 'bin/python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return { kind: 'ready', python };

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  const venv = await runCommand('python3', ['-m', 'venv', folder]);
  if (venv.code !== 0)
    return absent(`python3 -m venv failed: ${lastOf(venv.stderr || venv.stdout)}`);
  // The list is whole, so nothing is resolved; and nothing is built, which would run foreign code.
  const args = ['install', '--quiet', '--no-deps', '--only-binary=:all:', '-r', REQUIREMENTS];
  const pip = await runCommand(python, ['-m', 'pip', ...args], { longestMs: INSTALL_MS });
  if (pip.code !== 0) return absent(`pip install failed: ${lastOf(pip.stderr)}`);
  writeFileSync(complete, '');
  return { kind: 'ready', python };
}

function absent(because: string): PythonEnvironment {
  return { kind: 'absent', because };
}

function lastOf(text: string): string {
  return text.trim().slice(-300);
}
