import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 100;

/**
 * Asks again and again until there is an answer.
 * @throws {Error} none came in time: `waited 60 s for …`
 */
export async function waitFor<Answer>(
  what: string,
  look: () => Promise<Answer | null | undefined>,
  longestMs = 60_000,
): Promise<Answer> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const answer = await look();
    if (answer !== null && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${longestMs / 1000} s for ${what}`);
    await sleep(EVERY_MS);
  }
}
