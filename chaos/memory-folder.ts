import { existsSync, realpathSync } from 'node:fs';
import os from 'node:os';

/** Where files cost no syncs, without links in its path; where there is no such place, a temporary one. */
export function memoryFolder(): string {
  return realpathSync(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir());
}
