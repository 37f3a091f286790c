import { z } from 'zod';

/** Any number this long may be an integer beyond 2^53. */
const LONG_NUMBER = /\d{16}/;

/**
 * Reads JSON without rounding: an integer beyond 2^53 becomes the text of its digits.
 *
 * @throws {SyntaxError} it is not JSON
 */
export function parseJson(text: string): unknown {
  // The reviver is called for every value, so only texts that need it pay for it.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  // Node hands a third argument to it, which TypeScript's library does not know yet.
  return JSON.parse(text, (...[, value, context]: readonly unknown[]) => {
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded ? digitsOf(context, value) : value;
  });
}

function digitsOf(context: unknown, value: unknown): unknown {
  const { source } = Context.parse(context);
  return /^-?\d+$/.test(source) ? source : value;
}

/** The text that a number was read from. Source: tc39/proposal-json-parse-with-source */
const Context = z.object({ source: z.string() });

/** An id that is an int64 on the wire, and text with us: `246372968680205` is `'246372968680205'`. */
export const Int64 = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/)])
  .transform(String);
