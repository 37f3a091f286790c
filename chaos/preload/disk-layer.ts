import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The library that stands between a process and its files, or why there is none. */
export type DiskLayer =
  | { readonly kind: 'built'; readonly library: string }
  | { readonly kind: 'missing'; readonly because: string };

const SOURCE = path.join(import.meta.dirname, 'disk-layer.c');

/**
 * Compiles the layer into that folder, where nobody else may write; it takes a tenth of a second.
 *
 * `CC` names another compiler than `cc`.
 */
export function buildDiskLayer(folder: string): DiskLayer {
  if (process.platform !== 'linux') {
    return { kind: 'missing', because: `it needs Linux, and this is ${process.platform}` };
  }
  const compiler = process.env['CC'] ?? 'cc';
  const library = path.join(folder, 'disk-layer.so');
  const args = ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl', '-lpthread'];
  const { error, status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (error) return { kind: 'missing', because: `there is no C compiler (${compiler})` };
  if (status !== 0) return { kind: 'missing', because: `${compiler} says: ${stderr.trim()}` };
  return { kind: 'built', library };
}

/** The environment in which a process has the layer below it. */
export function layeredEnvironment(layer: {
  readonly library: string;
  readonly folder: string;
  readonly ledger: string;
  readonly recording: string;
  readonly control?: string;
}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LD_PRELOAD: layer.library,
    CHAOS_FOLDER: layer.folder,
    CHAOS_LEDGER: layer.ledger,
    CHAOS_RECORDING: layer.recording,
    ...(layer.control !== undefined && { CHAOS_CONTROL: layer.control }),
    // What Node keeps compiled has nothing to do with the database.
    UV_USE_IO_URING: '0',
  };
}
