import { z } from 'zod';

import { printable } from '../printable.ts';

/** What a replay would start, as the service tells it. */
export const Preview = z.object({
  replays: z.array(
    z.object({
      delivery: z.string(),
      attempt: z.number(),
      rule: z.string(),
      model: z.string(),
      version: z.string(),
      verdict: z.string().nullable(),
      reason: z.string(),
      target: z.string().nullable(),
      judged: z.string().nullable(),
      request: z.unknown(),
      differs: z.string(),
      refused: z.string().nullable(),
    }),
  ),
  unknown: z.array(z.string()),
  next: z.string().nullable(),
});
export type Preview = z.infer<typeof Preview>;

/** Prints for each delivery what would be started, with its request; or why it will not be. */
export function printPreview({ replays, next }: Preview, line: (text: string) => void): void {
  if (replays.length === 0) line('there is nothing to replay');
  for (const one of replays) {
    const what = [one.model, one.version].filter((part) => part !== '').join(' version ');
    const about = printable([one.rule, what].filter((part) => part !== '').join(', '));
    line(`${one.delivery}  ${about}  attempt ${one.attempt}: ${one.verdict ?? 'under way'}`);
    line(`    ${printable(one.reason)}`);
    for (const said of linesOf(one)) line(`    ${said}`);
  }
  if (next !== null) line('there are more than are shown');
}

function linesOf(one: Preview['replays'][number]): readonly string[] {
  if (one.refused !== null) return [`not replayed: ${printable(one.refused)}`];
  const request = printable(JSON.stringify(one.request));
  const when = one.judged === 'then' ? 'the request of then' : 'judged by the rule as it is now';
  const would = `would start attempt ${one.attempt + 1} at ${one.target}, ${when}: ${request}`;
  return one.differs === ''
    ? [would]
    : [would, `but note: ${printable(one.differs)} (--judged now)`];
}
