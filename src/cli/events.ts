import { styleText } from 'node:util';

import { Command } from 'commander';
import { z } from 'zod';

import { ask, outputOption, type ServiceOptions, serviceOption } from './ask.ts';
import { printable } from './printable.ts';

interface EventsOptions extends ServiceOptions {
  readonly limit: string;
  readonly cursor?: string;
  readonly output: string;
}

const Answer = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      model: z.string(),
      version: z.string(),
      received_at: z.string(),
      deliveries: z.array(
        z.object({
          id: z.string(),
          rule: z.string(),
          phase: z.string(),
          verdict: z.string().nullable(),
          reason: z.string(),
        }),
      ),
    }),
  ),
  next: z.string().nullable(),
});

/** `signalbox events`: what happened, newest first, and what came of it. */
export function eventsCommand(): Command {
  return new Command('events')
    .option('-n, --limit <count>', 'how many', '20')
    .option('--cursor <id>', 'go on after this one')
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async ({ service, limit, cursor, output }: EventsOptions) => {
      const query = new URLSearchParams({ limit, ...(cursor !== undefined && { cursor }) });
      const answer = await ask(new URL(`/api/events?${query.toString()}`, service));
      if (output === 'json') {
        console.log(JSON.stringify(answer, null, 2));
        return;
      }
      const { events, next } = Answer.parse(answer);
      for (const event of events) {
        const what = [event.model, event.version].filter((part) => part !== '').join(' version ');
        console.log(`${event.received_at}  ${event.type}  ${printable(what)}  ${event.id}`);
        for (const { rule, phase, verdict, reason, id } of event.deliveries) {
          const state = styleText('bold', verdict ?? phase);
          console.log(`    ${rule}: ${state}  ${printable(reason)}  ${id}`);
        }
      }
      if (next !== null) console.error(`there may be more: --cursor ${next}`);
    });
}
