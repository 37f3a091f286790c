import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import { ConfigError } from '../lib/errors.ts';

/** How long a volume takes to make a small write durable, and what that means. */
export interface DiskCheck {
  readonly folder: string;
  /** Writes with a sync in a second: as many commits are possible one after the other. */
  readonly commitsPerSecond: number;
  /** The middle one, in milliseconds. */
  readonly medianMs: number;
  /** One in a hundred takes longer. */
  readonly slowestMs: number;
  readonly finding: DiskFinding;
}

export interface DiskFinding {
  readonly kind: 'well' | 'slow' | 'too_fast' | 'memory';
  readonly says: string;
  /** What to do about it; null: nothing. */
  readonly hint: string | null;
}

const BYTES = 4096; // a page of the database: what the smallest commit writes
const FILE_BYTES = 4 * 1024 * 1024; // about where the log is copied into the database, and begun anew
const FEWEST = 5; // a disk that takes longer than the whole time for one is measured all the same

/**
 * Measures a volume with a file of our own that is removed again, for about `forMs`.
 * @throws {ConfigError} nothing can be written there
 */
export function measureDisk(folder: string, forMs: number): DiskCheck {
  const syncsMs = inOwnFolder(folder, (own) => syncTimes(path.join(own, 'sync'), forMs));
  const sorted = syncsMs.toSorted((a, b) => a - b);
  const sumMs = sorted.reduce((sum, ms) => sum + ms, 0);
  const commitsPerSecond = Math.round((sorted.length * 1000) / sumMs);
  return {
    folder,
    commitsPerSecond,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowestMs: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    finding: judgeDisk({ commitsPerSecond, fileSystem: statfsSync(folder).type }),
  };
}

function inOwnFolder<Result>(folder: string, work: (own: string) => Result): Result {
  let own: string | null = null;
  try {
    own = mkdtempSync(path.join(folder, '.signalbox-doctor-'));
    return work(own);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('STORE_UNAVAILABLE', `${folder} cannot be written to: ${reason}`, {
      cause,
      hint: 'check that the folder exists, may be written, and is not full',
    });
  } finally {
    if (own !== null) rmSync(own, { recursive: true, force: true });
  }
}

/** How long each of the writes took to be durable, in milliseconds. */
function syncTimes(file: string, forMs: number): readonly number[] {
  const page = Buffer.alloc(BYTES, 'signalbox');
  const fd = openSync(file, 'wx', 0o600);
  const times: number[] = [];
  try {
    const endsMs = performance.now() + forMs;
    for (let beforeMs = performance.now(); beforeMs < endsMs || times.length < FEWEST; ) {
      writeSync(fd, page, 0, BYTES, (times.length * BYTES) % FILE_BYTES);
      fsyncSync(fd);
      const afterMs = performance.now();
      times.push(afterMs - beforeMs);
      beforeMs = afterMs;
    }
    return times;
  } finally {
    closeSync(fd);
  }
}

/** Below it, one event after the other waits for the disk; those that come together share a sync. */
const SLOW_BELOW = 100;

/**
 * 20 µs for a write and its sync. Flash with a cache that outlives a power cut takes 10 µs and more
 * for a write alone, and a sync of a file is two of them at least, the data and the file system's
 * journal: what answers faster has not asked a device.
 */
const TOO_FAST_ABOVE = 50_000;

/** Source: torvalds/linux include/uapi/linux/magic.h, `TMPFS_MAGIC` and `RAMFS_MAGIC` */
const MEMORY = new Set([0x01021994, 0x858458f6]);

/** What a rate and a kind of file system say about the promise that acknowledged means stored. */
export function judgeDisk(measured: {
  readonly commitsPerSecond: number;
  /** As `statfs` numbers them. */
  readonly fileSystem: number;
}): DiskFinding {
  if (MEMORY.has(measured.fileSystem)) {
    return {
      kind: 'memory',
      says: 'the folder lies in memory: nothing in it outlives a restart of the machine',
      hint: 'name a folder on a disk with --data',
    };
  }
  if (measured.commitsPerSecond > TOO_FAST_ABOVE) {
    return {
      kind: 'too_fast',
      says: `no device makes a write durable in ${(1e6 / measured.commitsPerSecond).toFixed(0)} µs: its syncs lead nowhere`,
      hint: 'is it a memory disk, a virtual disk with unsafe caching, or is something like libeatmydata loaded?',
    };
  }
  if (measured.commitsPerSecond < SLOW_BELOW) {
    return {
      kind: 'slow',
      says: 'slow: events that come one by one wait for it; those that come together share a commit',
      hint: 'take a volume with lower latency: local flash, or a premium one; no network share',
    };
  }
  const says = 'well; whether it keeps what it has acknowledged, only a real power cut can show';
  return { kind: 'well', says, hint: null };
}
