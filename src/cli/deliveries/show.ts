import { Command } from 'commander';
import { z } from 'zod';

import { ask, outputOption, type ServiceOptions, serviceOption } from '../ask.ts';
import { printable } from '../printable.ts';

interface ShowOptions extends ServiceOptions {
  readonly output: string;
}

const Run = z.object({ system: z.string(), id: z.string(), status: z.string(), url: z.string() });

const Answer = z.object({
  rule: z.string(),
  verdict: z.string().nullable(),
  phase: z.string(),
  attempt: z.number(),
  run: Run.nullable(),
  evidence: z.array(Run),
  timeline: z.array(z.object({ at: z.string(), phase: z.string(), reason: z.string() })),
  earlier: z.array(
    z.object({
      attempt: z.number(),
      verdict: z.string(),
      run: z.object({ id: z.string(), url: z.string() }).nullable(),
    }),
  ),
  advice: z.string().nullable(),
});

/** `signalbox deliveries show ID`: one delivery's timeline, its proof, and what to do about it. */
export function showCommand(): Command {
  return new Command('show')
    .description('show the timeline of a delivery, and its proof')
    .argument('<id>', 'dlv_…')
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async (id: string, { service, output }: ShowOptions) => {
      const answer = await ask(new URL(`/api/deliveries/${encodeURIComponent(id)}`, service));
      if (output === 'json') console.log(JSON.stringify(answer, null, 2));
      else print(Answer.parse(answer));
    });
}

function print(delivery: z.infer<typeof Answer>): void {
  const { rule, verdict, phase, attempt, advice } = delivery;
  const which = attempt > 1 ? `, attempt ${attempt}` : '';
  console.log(`${printable(rule)}${which}: ${verdict ?? phase}`);
  for (const { at, phase: then, reason } of delivery.timeline) {
    console.log(`  ${at}  ${then.padEnd(9)}  ${printable(reason)}`);
  }
  for (const before of delivery.earlier) {
    const run = before.run ? `run ${before.run.id}  ${before.run.url}` : 'no run';
    console.log(`  attempt ${before.attempt}: ${before.verdict}  ${printable(run)}`);
  }
  for (const run of [delivery.run, ...delivery.evidence].filter((one) => one !== null)) {
    console.log(`  ${run.system} run ${printable(run.id)}: ${run.status}  ${printable(run.url)}`);
  }
  if (advice !== null) console.log(advice);
}
