import type { Random } from '../random.ts';
import { Bytes } from './bytes.ts';

/** A change of a file that no sync has made durable yet. */
export type Change =
  | { readonly kind: 'write'; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly size: number };

const SECTOR = 512; // what a disk writes whole or not at all

export function apply(bytes: Bytes, change: Change): void {
  if (change.kind === 'write') bytes.write(change.data, change.offset);
  else bytes.resize(change.size);
}

/**
 * What a file may hold when the power comes back: all that was synced, and of the changes since,
 * whatever the disk felt like: none, all, the first ones with the last of them torn, any of them
 * in part (so that a later one is there and an earlier one is not), or any sector as it was at any
 * moment.
 */
export function survivorOf(durable: Bytes, changes: readonly Change[], random: Random): Bytes {
  if (changes.length === 0) return durable;
  const bytes = durable.copy();
  switch (random.below(5)) {
    case 0:
      return bytes;
    case 1:
      for (const change of changes) apply(bytes, change);
      return bytes;
    case 2:
      return firstOnes(bytes, changes, random);
    case 3:
      return someOnes(bytes, changes, random);
    default:
      return anySectors(bytes, changes, random);
  }
}

function firstOnes(bytes: Bytes, changes: readonly Change[], random: Random): Bytes {
  const whole = random.below(changes.length);
  for (const change of changes.slice(0, whole)) apply(bytes, change);
  const last = changes[whole];
  if (last) applyTorn(bytes, last, random);
  return bytes;
}

function someOnes(bytes: Bytes, changes: readonly Change[], random: Random): Bytes {
  const share = random.next();
  for (const change of changes) {
    if (!random.chance(share)) continue;
    if (random.chance(0.3)) applyTorn(bytes, change, random);
    else apply(bytes, change);
  }
  return bytes;
}

/** The sectors of one write, parted where the disk parts them, each there or not. */
function applyTorn(bytes: Bytes, change: Change, random: Random): void {
  if (change.kind === 'truncate') return;
  const isPrefix = random.chance(0.5);
  const share = random.next();
  for (const { offset, data } of sectorsOf(change)) {
    if (random.chance(share)) bytes.write(data, offset);
    else if (isPrefix) return;
  }
}

/** Each sector as it was after any one of the changes, whatever its neighbours are. */
function anySectors(bytes: Bytes, changes: readonly Change[], random: Random): Bytes {
  const until = new Map<number, number>();
  const momentOf = (sector: number) => {
    const moment = until.get(sector) ?? random.below(changes.length + 1);
    until.set(sector, moment);
    return moment;
  };
  for (const [moment, change] of changes.entries()) {
    if (change.kind === 'truncate') {
      if (random.chance(0.5)) bytes.resize(change.size);
      continue;
    }
    for (const { offset, data } of sectorsOf(change)) {
      if (moment < momentOf(Math.floor(offset / SECTOR))) bytes.write(data, offset);
    }
  }
  return bytes;
}

function* sectorsOf({ offset, data }: { readonly offset: number; readonly data: Buffer }) {
  for (let at = 0; at < data.length; ) {
    const length = Math.min(SECTOR - ((offset + at) % SECTOR), data.length - at);
    yield { offset: offset + at, data: data.subarray(at, at + length) };
    at += length;
  }
}
