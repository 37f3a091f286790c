import { type Command, InvalidArgumentError, Option } from 'commander';

import { Duration } from '../../lib/duration.ts';
import { phases } from '../../model/delivery.ts';
import { verdicts } from '../../model/outcome.ts';

/** Which deliveries are meant; as the API takes it. */
export interface FilterOptions {
  readonly phase?: string;
  readonly verdict?: string;
  readonly rule?: string;
  readonly target?: string;
  readonly model?: string;
  readonly since?: string;
  readonly dead?: true;
}

/** Adds the options that say which deliveries are meant. */
export function filterOptions(command: Command): Command {
  return command
    .option('--dead', 'dead letters that nobody has dismissed')
    .addOption(new Option('--phase <phase>', 'where it is').choices(phases))
    .addOption(new Option('--verdict <verdict>', 'how it ended').choices(verdicts))
    .option('--rule <name>', 'of this rule')
    .option('--target <name>', 'at this target')
    .option('--model <name>', 'about this model')
    .addOption(
      new Option('--since <time>', 'made since then: 2d, 12h, or 2026-11-23T14:00:00Z').argParser(
        since,
      ),
    );
}

/** What was given of them, and nothing else. */
export function filterIn(options: FilterOptions): Readonly<Record<string, string | true>> {
  const { phase, verdict, rule, target, model, since: from, dead } = options;
  const all = { phase, verdict, rule, target, model, since: from, dead };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function since(text: string): string {
  const ago = Duration.safeParse(text);
  const atMs = ago.success ? Date.now() - ago.data : Date.parse(text);
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
  throw new InvalidArgumentError('write 2d, 12h, 30m, or a time such as 2026-11-23T14:00:00Z');
}
