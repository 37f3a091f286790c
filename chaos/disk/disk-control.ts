import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import os from 'node:os';

/** Which operation on the files fails, and how. */
export interface Failure {
  readonly on: 'write' | 'sync';
  readonly error: 'ENOSPC' | 'EIO';
  /** True: every later one fails, too, until the disk is well again. */
  readonly lasts: boolean;
}

/** Every failure that the suite tries at every operation. */
export const failures: readonly Failure[] = [
  { on: 'write', error: 'ENOSPC', lasts: true },
  { on: 'write', error: 'ENOSPC', lasts: false },
  { on: 'write', error: 'EIO', lasts: true },
  { on: 'write', error: 'EIO', lasts: false },
  { on: 'sync', error: 'EIO', lasts: true },
  { on: 'sync', error: 'EIO', lasts: false },
  { on: 'sync', error: 'ENOSPC', lasts: true },
];

/** `every write from the N-th on fails with ENOSPC`, for a report. */
export function sayFailure({ on, error, lasts }: Failure): string {
  return `${lasts ? `every ${on} from the N-th on` : `the N-th ${on}`} fails with ${error}`;
}

/** Tells the disk layer of this process what to fail. */
export interface DiskControl extends Disposable {
  /** From now on the `number`-th operation fails, counted from now. */
  arm(failure: Failure, number: number): void;
  /** The disk is well again; how many operations have failed. */
  heal(): number;
}

const KINDS = { write: 1, sync: 2 } as const;
const FIELDS = 8;
const BYTES = 8;
const HITS_AT = 5;

/** An empty control file has nothing armed; it must be there before the process starts. */
export const emptyControl: Uint8Array = new Uint8Array(FIELDS * BYTES);

/** Opens the control file; its fields are those of `struct control` in disk-layer.c. */
export function openControl(file: string): DiskControl {
  const fd = openSync(file, 'r+');

  function put(fields: readonly number[]): void {
    writeSync(fd, Buffer.from(BigInt64Array.from(fields.map(BigInt)).buffer), 0, undefined, 0);
  }

  return {
    arm: ({ on, error, lasts }, number) =>
      put([1, 0, number, lasts ? 1 : 0, os.constants.errno[error], 0, KINDS[on], 0]),
    heal() {
      const hits = Buffer.alloc(BYTES);
      readSync(fd, hits, 0, BYTES, HITS_AT * BYTES);
      put(Array.from({ length: FIELDS }, () => 0));
      return Number(hits.readBigInt64LE());
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}
