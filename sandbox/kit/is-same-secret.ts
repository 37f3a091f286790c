import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares without telling, by the time it takes, how much of the secret was right. */
export function isSameSecret(given: string, known: string): boolean {
  return timingSafeEqual(digest(given), digest(known));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
