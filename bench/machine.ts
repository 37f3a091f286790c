import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** On what was measured, as a page says it: `2 × Intel …, 23 GB, Linux 6.1, Node 24.21.0, …`. */
export function machine(): string {
  const [cpu] = os.cpus();
  return [
    `${os.availableParallelism()} × ${cpu?.model.trim() ?? 'unknown processor'}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.type()} ${os.release()}`,
    `Node ${process.versions.node}`,
    `SQLite ${process.versions['sqlite'] ?? '?'}`,
    ...[versionOf('postgres'), versionOf('redis-server')].filter((one) => one !== ''),
  ].join(', ');
}

const DEBIAN_POSTGRES = '/usr/lib/postgresql/15/bin';

function versionOf(program: string): string {
  try {
    return execFileSync(program, ['--version'], {
      encoding: 'utf8',
      env: { PATH: `${process.env['PATH'] ?? ''}:${DEBIAN_POSTGRES}` },
    }).trim();
  } catch {
    return '';
  }
}
