import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { runCommand } from '../run-command.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const FOLDER = path.join(import.meta.dirname, '../go');
const BUILD_MS = 400_000;

export type GoProgram =
  | { readonly kind: 'ready'; readonly program: string }
  | { readonly kind: 'absent'; readonly because: string };

/** The version of a module that is pinned: `v0.69.0`. */
export function requiredVersion(module: string): string | null {
  const line = new RegExp(`${RegExp.escape(module)} (?<version>v\\S+)`, 'u');
  return line.exec(readFileSync(path.join(FOLDER, 'go.mod'), 'utf8'))?.groups?.['version'] ?? null;
}

/**
 * The program with the checks that are written in Go, built from the pinned modules.
 * @throws {Error} they are there, and yet it cannot be built
 */
export async function buildGoProgram(): Promise<GoProgram> {
  const version = await runCommand('go', ['version']);
  if (version.code !== 0) return absent('there is no go on this machine');
  const id = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go'])
    id.update(readFileSync(path.join(FOLDER, file)));
  const folder = path.join(ROOT, '.signalbox/conformance');
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, `go-${id.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return { kind: 'ready', program };
  // go.sum vouches for every module, so that no other server need be asked about one.
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' };
  const options = { cwd: FOLDER, env, longestMs: BUILD_MS };
  const fetched = await runCommand('go', ['list', '-deps', '.'], options);
  if (fetched.code !== 0) return absent(`no modules: ${fetched.stderr.trim().slice(-300)}`);
  const built = await runCommand('go', ['build', '-o', program, '.'], options);
  if (built.code !== 0) throw new Error(`go build failed: ${built.stderr.trim().slice(-600)}`);
  return { kind: 'ready', program };
}

function absent(because: string): GoProgram {
  return { kind: 'absent', because };
}
