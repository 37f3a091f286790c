import { z } from 'zod';

/** Text that a person gave: what would order a terminal about is no part of a name or a reason. */
function words(most: number) {
  return z
    .string()
    .max(most)
    .default('')
    .transform((text) => text.replaceAll(/\p{Cc}/gu, ' ').trim());
}

/** Who asks, by their own word, and why. */
export const Person = z.strictObject({ by: words(200), why: words(2000) });
