/** One operation on the files of the folder, or a line of the ledger between two of them. */
export type Operation =
  | {
      readonly kind: 'write';
      readonly file: string;
      readonly offset: number;
      readonly data: Buffer;
    }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'sync'; readonly file: string }
  /** The sync has failed: what was written since the last one may be dropped for good. */
  | { readonly kind: 'failed_sync'; readonly file: string }
  | { readonly kind: 'create'; readonly name: string; readonly file: string }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  /** The folder itself: the names in it. */
  | { readonly kind: 'sync_folder' }
  | { readonly kind: 'ledger'; readonly lines: string };

const HEAD = 32; // bytes of `struct head` in disk-layer.c
const CARRIES = new Set(['W', 'R', 'L']); // data after the head

/**
 * Reads what the disk layer wrote for one process after the other; what the death of a process cut
 * short is left out.
 *
 * Inode numbers are used again: a file is known by its inode and by how many came before it.
 */
export function readRecording(parts: readonly Buffer[]): readonly Operation[] {
  const operations: Operation[] = [];
  const files = new Map<string, string>();
  let created = 0;
  for (const { letter, inode, name, offset, data } of parts.flatMap((part) => [...records(part)])) {
    if (letter === 'C') {
      created += 1;
      files.set(inode, `${inode}.${created}`);
    }
    const file = files.get(inode) ?? inode;
    operations.push(operationOf(letter, { name, file, offset, data }));
  }
  return operations;
}

function* records(bytes: Buffer) {
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const letter = String.fromCharCode(bytes.readUInt8(at));
    const start = at + HEAD + bytes.readUInt32LE(at + 4);
    const inode = String(bytes.readBigUInt64LE(at + 8));
    const offset = Number(bytes.readBigUInt64LE(at + 16));
    const end = start + Number(bytes.readBigUInt64LE(at + 24)) * (CARRIES.has(letter) ? 1 : 0);
    if (end > bytes.length) return;
    const name = bytes.toString('utf8', at + HEAD, start);
    yield { letter, inode, name, offset, data: bytes.subarray(start, end) };
    at = end;
  }
}

interface Fields {
  readonly name: string;
  readonly file: string;
  readonly offset: number;
  readonly data: Buffer;
}

function operationOf(letter: string, { name, file, offset, data }: Fields): Operation {
  switch (letter) {
    case 'W':
      return { kind: 'write', file, offset, data };
    case 'T':
      return { kind: 'truncate', file, size: offset };
    case 'S':
      return { kind: 'sync', file };
    case 'F':
      return { kind: 'failed_sync', file };
    case 'C':
      return { kind: 'create', name, file };
    case 'U':
      return { kind: 'unlink', name };
    case 'R':
      return { kind: 'rename', name, to: data.toString('utf8') };
    case 'D':
      return { kind: 'sync_folder' };
    case 'L':
      return { kind: 'ledger', lines: data.toString('utf8') };
    default:
      throw new RangeError(`the recording has an unknown operation ${JSON.stringify(letter)}`);
  }
}
