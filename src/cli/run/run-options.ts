import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';

import { Duration } from '../../lib/duration.ts';
import { ConfigError } from '../../lib/errors.ts';
import { startKey } from '../../model/start-key.ts';
import { outputOption } from '../ask.ts';
import { type IdentityOptions, identityOptions } from '../identity-options.ts';
import type { Runner } from './runner.ts';
import type { Order } from './trip.ts';

/** What all that can be run has in common. */
export interface RunOptions extends IdentityOptions {
  readonly timeout?: number;
  readonly onExisting: Order['onExisting'];
  readonly onCancel: Order['onCancel'];
  readonly detach?: true;
  readonly contact: number;
  readonly key?: string;
  readonly junit?: string;
  readonly output: string;
}

/** Adds the options that every `signalbox run` has. */
export function runOptions(command: Command): Command {
  return identityOptions(command)
    .addOption(
      new Option('--timeout <time>', 'cancel it after 30m, 2h …; exit code 6').argParser(duration),
    )
    .addOption(
      new Option('--on-existing <what>', 'while another run of the same is going on')
        .choices(['start', 'wait', 'cancel', 'fail'])
        .default('start'),
    )
    .addOption(
      new Option('--on-cancel <what>', 'with the run, when SIGINT or SIGTERM stops this command')
        .choices(['cancel', 'leave'])
        .default('cancel'),
    )
    .option('--detach', 'start it, and do not wait for its end')
    .addOption(
      new Option('--contact <time>', 'how long to go on without an answer before contact is lost')
        .default(90 * 60_000, '90m')
        .argParser(duration),
    )
    .option('--key <text>', 'of this attempt: the same key never starts a second run')
    .option('--junit <file>', 'write a JUnit report there, with a case for each task')
    .addOption(outputOption());
}

/** What the options order done with this. */
export function orderOf(options: RunOptions, runner: Runner): Order {
  const { key, onExisting } = options;
  if (key !== undefined && onExisting !== 'start') {
    throw new ConfigError('CONFIG_INVALID', '--key and --on-existing do not go together', {
      hint: 'With --key an earlier run of this attempt is found again, and is no other run.',
    });
  }
  return {
    runner,
    key: startKey({
      identity: key ?? randomUUID(),
      rule: `run ${runner.kind}`,
      target: runner.what,
      attempt: 1,
    }),
    isKeyGiven: key !== undefined,
    timeoutMs: options.timeout ?? null,
    onExisting,
    onCancel: options.onCancel,
    detach: options.detach ?? false,
    contactMs: options.contact,
  };
}

/** Adds `name=value` to those given before. */
export function collectPair(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('write NAME=VALUE');
  const name = text.slice(0, at);
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice`);
  return { ...before, [name]: text.slice(at + 1) };
}

/** A token of ours goes there: only by TLS. */
export function addressOf(text: string): string {
  const isAddress = /^https:\/\/[^/?#@]+(\/[^?#]*)?$/.test(text) && URL.canParse(text);
  if (isAddress) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('write an address that begins with https://');
}

/** Milliseconds. */
export function duration(text: string): number {
  const parsed = Duration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'write 30s, 5m or 1h');
}
