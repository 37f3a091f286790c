import { createHash } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 52; // 260 bits: the whole hash, and it fits Databricks' 64 characters

/**
 * The key that one attempt's start carries: 52 letters of base32, the same on every machine and
 * after every crash, another for the next attempt.
 */
export function startKey(of: {
  readonly identity: string;
  readonly rule: string;
  readonly target: string;
  readonly attempt: number;
}): string {
  const parts = [of.identity, of.rule, of.target, String(of.attempt)];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{1,5}/g) ?? [];
  return letters
    .map((five) => LETTERS[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '')
    .join('')
    .slice(0, LENGTH);
}
