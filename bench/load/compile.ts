import { spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * Compiles a C file of this folder into another; returns what came of it. `CC` names another
 * compiler than `cc`.
 *
 * @throws {Error} there is no C compiler, or this is not Linux
 */
export function compile(source: string, options: readonly string[], folder: string): string {
  const compiler = process.env['CC'] ?? 'cc';
  const result = path.join(folder, path.parse(source).name);
  const words = ['-O2', ...options, '-o', result, path.join(import.meta.dirname, source)];
  const { error, status, stderr } = spawnSync(compiler, words, { encoding: 'utf8' });
  if (error) throw new Error(`a C compiler is needed: there is no ${compiler}`);
  if (status !== 0) throw new Error(`${compiler} says: ${stderr.trim()}`);
  return result;
}
