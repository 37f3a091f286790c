import { z } from 'zod';

import { phases } from '../model/delivery.ts';
import { verdicts } from '../model/outcome.ts';
import type { DeliveryFilter } from '../store/asking.ts';

/** Which deliveries: all that is given must hold. */
export const Filter = z.strictObject({
  phase: z.enum(phases).optional(),
  verdict: z.enum(verdicts).optional(),
  rule: z.string().max(200).optional(),
  target: z.string().max(200).optional(),
  model: z.string().max(500).optional(),
  /** ISO 8601: created at that time or later. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** Dead letters that nobody has put aside. */
  dead: z.union([z.boolean(), z.stringbool()]).optional(),
});

/** The same with a page, as it stands in an address. */
export const DeliveryQuery = z
  .strictObject({
    ...Filter.shape,
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(100).optional(),
  })
  .transform(({ limit, cursor, ...filter }) => ({
    filter: filterOf(filter),
    page: { limit, ...(cursor !== undefined && { before: cursor }) },
  }));

/** As the store asks for it. */
export function filterOf({ since, dead, ...filter }: z.infer<typeof Filter>): DeliveryFilter {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(since !== undefined && { sinceMs: Date.parse(since) }),
    ...(dead === true && { isDead: true }),
  };
}
