import { styleText } from 'node:util';

import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

import { ask, outputOption, type ServiceOptions, serviceOption } from '../ask.ts';
import { printable } from '../printable.ts';
import { type FilterOptions, filterIn, filterOptions } from './filter-options.ts';

interface ListOptions extends ServiceOptions, FilterOptions {
  readonly limit: number;
  readonly cursor?: string;
  readonly output: string;
}

const Delivery = z.looseObject({
  id: z.string(),
  created_at: z.string(),
  rule: z.string(),
  model: z.string(),
  version: z.string(),
  phase: z.string(),
  verdict: z.string().nullable(),
  reason: z.string(),
  advice: z.string().nullable(),
});
type Delivery = z.infer<typeof Delivery>;

const Page = z.object({ deliveries: z.array(Delivery), next: z.string().nullable() });
type Page = z.infer<typeof Page>;

/** `signalbox deliveries list`: newest first, and what to do about those that went wrong. */
export function listCommand(): Command {
  return filterOptions(new Command('list').description('list deliveries, newest first'))
    .addOption(new Option('-n, --limit <count>', 'how many at most').default(20).argParser(countOf))
    .option('--cursor <id>', 'go on after this one')
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async (options: ListOptions) => {
      const found = await collect(options);
      if (options.output === 'json') console.log(JSON.stringify(found, null, 2));
      else print(found);
    });
}

/** Page by page: one may be short although more follow. */
async function collect({ service, limit, cursor, ...options }: ListOptions): Promise<Page> {
  const found: Delivery[] = [];
  let next = cursor ?? null;
  do {
    const url = new URL('/api/deliveries', service);
    for (const [name, value] of Object.entries(filterIn(options))) {
      url.searchParams.set(name, String(value));
    }
    url.searchParams.set('limit', String(Math.min(limit - found.length, MOST_AT_ONCE)));
    if (next !== null) url.searchParams.set('cursor', next);
    const page = Page.parse(await ask(url));
    found.push(...page.deliveries);
    next = page.next;
  } while (next !== null && found.length < limit);
  return { deliveries: found, next };
}

const MOST_AT_ONCE = 200;

function print({ deliveries, next }: Page): void {
  for (const {
    id,
    created_at,
    rule,
    model,
    version,
    phase,
    verdict,
    reason,
    advice,
  } of deliveries) {
    const state = verdict === null ? phase : `${verdict}${phase === 'dead' ? ', dead' : ''}`;
    const what = [model, version].filter((part) => part !== '').join(' version ');
    const words = [created_at, styleText('bold', state), printable(rule), printable(what), id];
    console.log(words.filter((word) => word !== '').join('  '));
    console.log(`    ${printable(reason)}`);
    if (advice !== null) console.log(`    ${advice}`);
  }
  if (deliveries.length === 0) console.error('there is no such delivery');
  if (next !== null) console.error(`there may be more: --cursor ${next}`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('write a number such as 20');
}
