import { styleText } from 'node:util';

import { Command } from 'commander';
import { z } from 'zod';

import { ask, outputOption, type ServiceOptions, serviceOption } from './ask.ts';

interface EventsOptions extends ServiceOptions {
  readonly limit: string;
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
});

/** `signalbox events`: what happened, newest first, and what came of it. */
export function eventsCommand(): Command {
  return new Command('events')
    .description('list the events, newest first, and what came of each')
    .option('-n, --limit <count>', 'how many', '20')
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async ({ service, limit, output }: EventsOptions) => {
      const answer = await ask(new URL(`/api/events?limit=${encodeURIComponent(limit)}`, service));
      if (output === 'json') {
        console.log(JSON.stringify(answer, null, 2));
        return;
      }
      for (const event of Answer.parse(answer).events) {
        const what = [event.model, event.version].filter((part) => part !== '').join(' version ');
        console.log(`${event.received_at}  ${event.type}  ${printable(what)}  ${event.id}`);
        for (const { rule, phase, verdict, reason, id } of event.deliveries) {
          const state = styleText('bold', verdict ?? phase);
          console.log(`    ${rule}: ${state}  ${printable(reason)}  ${id}`);
        }
      }
    });
}

/** Text of others without what a terminal would take for a command. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
