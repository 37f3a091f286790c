import { createHash } from 'node:crypto';

/** No index of a database takes a text of any length, and a model may be called anything. */
const LONGEST = 200;

/** The text itself, or the beginning of a long one with the hash of all of it. */
export function shortKey(text: string): string {
  if (text.length <= LONGEST) return text;
  const hash = createHash('sha256').update(text).digest('hex');
  return `${text.slice(0, LONGEST - hash.length)}${hash}`.toWellFormed();
}
