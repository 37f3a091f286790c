import { hash } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The key that one attempt's start carries: 52 letters of base32, the same on every machine and
 * after every crash, another for the next attempt. They are a whole SHA-256, and fit the 64
 * characters that Databricks takes.
 */
export function startKey(of: {
  readonly identity: string;
  readonly rule: string;
  readonly target: string;
  readonly attempt: number;
}): string {
  const parts = [of.identity, of.rule, of.target, String(of.attempt)];
  return base32(hash('sha256', JSON.stringify(parts), 'buffer'));
}

/** The bits in groups of five, each a letter; the last is filled up with noughts. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += LETTERS[(bits >> count) & 31] ?? '';
    }
    bits &= 0xff;
  }
  if (count > 0) text += LETTERS[(bits << (5 - count)) & 31] ?? '';
  return text;
}

/** Tells a start key from any other text. */
export function isStartKey(text: string): boolean {
  return /^[a-z2-7]{52}$/.test(text);
}
