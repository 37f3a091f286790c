import { DatabaseSync } from 'node:sqlite';

import { unavailable } from './sqlite-failure.ts';

/**
 * Keeps a second service off the file, and goes with the process however that dies; whoever only
 * reads, such as a backup, is let in.
 */
export function takeLock(file: string): { close(): void } {
  try {
    const lock = new DatabaseSync(`${file}.lock`, { timeout: LOCK_TIMEOUT_MS });
    try {
      lock.exec('begin exclusive');
    } catch (error) {
      lock.close();
      throw error;
    }
    return lock;
  } catch (cause) {
    throw unavailable(file, cause);
  }
}

const LOCK_TIMEOUT_MS = 2000; // one that is just ending still has it
