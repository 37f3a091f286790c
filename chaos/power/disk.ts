import { type Random, random } from '../random.ts';
import { Bytes } from './bytes.ts';
import { type Names, openFolderNames } from './folder-names.ts';
import type { Operation } from './recording.ts';
import { apply, type Change, survivorOf } from './survivors.ts';

/** A disk that a recording is played on, and whose power can be cut at any moment. */
export interface Disk {
  /** Does what the process did. */
  play(operation: Operation): void;
  /** The files as they may be found after a cut at this moment. */
  afterCut(chance: Random): ReadonlyMap<string, Buffer>;
  /** The files as every process sees them while the power is on. */
  now(): ReadonlyMap<string, Buffer>;
}

interface File {
  readonly durable: Bytes;
  /** What no sync has made durable yet. */
  readonly pending: Change[];
}

/** An empty disk; the seed decides what is left of what a failed sync was to write. */
export function openDisk(seed: string): Disk {
  const files = new Map<string, File>();
  const names = openFolderNames();
  const chance = random(seed, 'failed syncs');

  function fileOf(id: string): File {
    const file = files.get(id) ?? { durable: new Bytes(), pending: [] };
    files.set(id, file);
    return file;
  }

  function contents(of: Names, contentOf: (file: File) => Buffer) {
    return new Map([...of].map(([name, id]) => [name, contentOf(fileOf(id))]));
  }

  return {
    play(operation) {
      switch (operation.kind) {
        case 'write':
        case 'truncate':
          fileOf(operation.file).pending.push(operation);
          return;
        case 'sync':
          settle(fileOf(operation.file), () => true);
          return;
        case 'failed_sync':
          settle(fileOf(operation.file), () => chance.chance(SURVIVES_FAILED_SYNC));
          return;
        case 'sync_folder':
          names.sync();
          return;
        case 'ledger':
          return;
        case 'create':
        case 'unlink':
        case 'rename':
          names.change(operation);
      }
    },
    afterCut: (cut) =>
      contents(
        names.afterCut(cut),
        ({ durable, pending }) => survivorOf(durable, pending, cut).content,
      ),
    now: () => contents(names.now(), whole),
  };
}

/**
 * Linux marks pages clean when their sync fails: what they held is on the disk or it is not, and no
 * later sync brings it there.
 * Source: lwn.net/Articles/752063, "PostgreSQL's fsync() surprise"
 */
const SURVIVES_FAILED_SYNC = 0.3;

function settle({ durable, pending }: File, survives: () => boolean): void {
  for (const change of pending.splice(0)) {
    if (change.kind === 'truncate' || survives()) apply(durable, change);
  }
}

function whole({ durable, pending }: File): Buffer {
  const bytes = durable.copy();
  for (const change of pending) apply(bytes, change);
  return bytes.content;
}
