import { Command } from 'commander';
import { z } from 'zod';

import { ask, outputOption, type ServiceOptions, serviceOption } from './ask.ts';
import { printable } from './events.ts';

interface ShowOptions extends ServiceOptions {
  readonly output: string;
}

const Run = z.object({ system: z.string(), id: z.string(), status: z.string(), url: z.string() });

const Answer = z.object({
  rule: z.string(),
  verdict: z.string().nullable(),
  phase: z.string(),
  run: Run.nullable(),
  evidence: z.array(Run),
  timeline: z.array(z.object({ at: z.string(), phase: z.string(), reason: z.string() })),
});

/** `signalbox deliveries show ID`: one delivery's timeline and proof. */
export function deliveriesCommand(): Command {
  const show = new Command('show')
    .description('show the timeline of a delivery, and its proof')
    .argument('<id>', 'dlv_…')
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async (id: string, { service, output }: ShowOptions) => {
      const answer = await ask(new URL(`/api/deliveries/${encodeURIComponent(id)}`, service));
      if (output === 'json') {
        console.log(JSON.stringify(answer, null, 2));
        return;
      }
      const delivery = Answer.parse(answer);
      console.log(`${delivery.rule}: ${delivery.verdict ?? delivery.phase}`);
      for (const { at, phase, reason } of delivery.timeline) {
        console.log(`  ${at}  ${phase.padEnd(9)}  ${printable(reason)}`);
      }
      for (const run of [delivery.run, ...delivery.evidence].filter((one) => one !== null)) {
        console.log(`  ${run.system} run ${run.id}: ${run.status}  ${printable(run.url)}`);
      }
    });
  return new Command('deliveries').description('look at deliveries').addCommand(show);
}
