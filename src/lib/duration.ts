import { z } from 'zod';

const UNITS_MS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** The longest wait that a timer of Node can do; beyond it, it fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** A span of time as written in the configuration (`250ms`, `30s`, `5m`, `1h`), in milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a number and a unit, such as 250ms, 30s, 5m or 1h')
  .transform(milliseconds)
  .refine((ms) => ms > 0, 'must be longer than nothing')
  .refine((ms) => ms <= LONGEST_MS, 'must be at most 24 days');
export type Duration = z.infer<typeof Duration>;

function milliseconds(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  return Number(amount) * (UNITS_MS.get(unit) ?? Number.NaN);
}
