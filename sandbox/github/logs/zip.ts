import { crc32 } from 'node:zlib';

interface File {
  readonly name: string;
  readonly text: string;
}

/**
 * A zip archive of texts, stored without compression.
 *
 * Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function zip(files: readonly File[]): Buffer<ArrayBuffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of files) {
    const bytes = Buffer.from(text);
    const path = Buffer.from(name);
    const about = described(bytes, path);
    const local = Buffer.concat([words(0x04034b50), about, path, bytes]);
    directory.push(
      Buffer.concat([
        words(0x02014b50),
        halves(20),
        about,
        halves(0, 0, 0),
        words(0, offset),
        path,
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.concat([
    words(0x06054b50),
    halves(0, 0, files.length, files.length),
    words(listing.length, offset),
    halves(0),
  ]);
  return Buffer.concat([...parts, listing, end]);
}

/** Version, flags (UTF-8 names), method, time, date, checksum, sizes, lengths. */
function described(bytes: Buffer, path: Buffer): Buffer {
  return Buffer.concat([
    halves(20, 0x0800, 0, 0, 0x21),
    words(crc32(bytes), bytes.length, bytes.length),
    halves(path.length, 0),
  ]);
}

function halves(...numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(numbers.length * 2);
  for (const [index, number] of numbers.entries()) buffer.writeUInt16LE(number, index * 2);
  return buffer;
}

function words(...numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) buffer.writeUInt32LE(number, index * 4);
  return buffer;
}
