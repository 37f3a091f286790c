import { Command } from 'commander';
import { z } from 'zod';

import { ask } from '../ask.ts';
import { type PersonOptions, personOptions } from './person-options.ts';

const Answer = z.object({ answer: z.enum(['dismissed', 'already']) });

const SAID = {
  dismissed: 'put aside; it can still be replayed',
  already: 'it was put aside before',
};

/** `signalbox deliveries dismiss ID`: puts a dead letter aside. */
export function dismissCommand(): Command {
  const command = new Command('dismiss')
    .description('put a dead letter aside; it can still be replayed')
    .argument('<id>', 'dlv_…');
  return personOptions(command).action(async (id: string, options: PersonOptions) => {
    const { service, by, why, output } = options;
    const url = new URL(`/api/deliveries/${encodeURIComponent(id)}/dismiss`, service);
    const answer = await ask(url, { by, why });
    console.log(output === 'json' ? JSON.stringify(answer) : SAID[Answer.parse(answer).answer]);
  });
}
