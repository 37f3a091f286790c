import { Command } from 'commander';
import { z } from 'zod';

import { ask } from '../ask.ts';
import { type PersonOptions, personOptions } from './person-options.ts';

const Answer = z.object({ answer: z.enum(['canceled', 'asked']) });

const SAID = {
  canceled: 'canceled: nothing was started',
  asked: 'asked for: its verdict is how its run really ends',
};

/** `signalbox deliveries cancel ID`: nothing is started, or its run is asked to stop. */
export function cancelCommand(): Command {
  const command = new Command('cancel')
    .description('cancel a delivery: start nothing, or ask its run to stop')
    .argument('<id>', 'dlv_…');
  return personOptions(command).action(async (id: string, options: PersonOptions) => {
    const { service, by, why, output } = options;
    const url = new URL(`/api/deliveries/${encodeURIComponent(id)}/cancel`, service);
    const answer = await ask(url, { by, why });
    console.log(output === 'json' ? JSON.stringify(answer) : SAID[Answer.parse(answer).answer]);
  });
}
