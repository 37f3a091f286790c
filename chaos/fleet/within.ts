import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 30;

/**
 * Asks again and again until there is an answer that is not null.
 * @throws {Error} none came in time
 */
export async function within<Answer>(
  ms: number,
  what: string,
  ask: () => Answer | null | Promise<Answer | null>,
): Promise<Answer> {
  const deadline = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${ms / 1000} s for ${what}`);
    await sleep(EVERY_MS);
  }
}
