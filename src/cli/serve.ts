import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Command, InvalidArgumentError, Option } from 'commander';

import { openApp, openStore } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import type { Override } from '../config/source-text.ts';
import { listen } from '../http/server.ts';
import { Duration } from '../lib/duration.ts';
import { ConfigError } from '../lib/errors.ts';
import { type LogLevel, logLevels, openLog } from '../lib/log.ts';

interface ServeOptions {
  readonly config: string;
  readonly data: string;
  readonly listen: Address;
  readonly set: readonly Override[];
  readonly browse?: string;
  readonly stopWithin: number;
  readonly logLevel: LogLevel;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `signalbox serve`: the service, until it is told to stop. */
export function serveCommand(): Command {
  return new Command('serve')
    .option('-c, --config <file>', 'the configuration', 'signalbox.yaml')
    .option('-d, --data <folder>', 'where the store lies', '.signalbox')
    .addOption(
      new Option('-l, --listen <address>', 'where to listen: HOST:PORT, port 0 for a free one')
        .default({ host: '127.0.0.1', port: 4400 }, '127.0.0.1:4400')
        .argParser(addressOf),
    )
    .addOption(
      new Option('--set <path=value>', 'set a value over the file, such as engine.poll=1s')
        .default([])
        .argParser(collectOverride),
    )
    .addOption(
      new Option('--stop-within <time>', 'how long calls under way may take when we are to stop')
        .default(20_000, '20s')
        .argParser(durationOf),
    )
    .option('--browse <url>', 'open links into a sandbox below this address')
    .addOption(new Option('--log-level <level>').choices(logLevels).default('info'))
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const config = loadConfig(options.config, { env: process.env, overrides: options.set });
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const storeFile = path.join(options.data, 'signalbox.db');
  await using app = openApp({
    config,
    storeFile,
    store: await openStore({ config, storeFile, now: Date.now }),
    pagesFolder: path.join(import.meta.dirname, '../../web/dist'),
    browse: options.browse ?? null,
    fetch: globalThis.fetch,
    now: Date.now,
    log: openLog(options.logLevel),
  });
  await using server = await listen(app, options.listen).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('CONFIG_INVALID', `cannot listen: ${reason}`, {
      cause,
      hint: 'name another address with --listen',
    });
  });
  const stop = listenForStop();
  // Progress goes where logs go: the address is what a script waits for.
  console.error(`Signalbox listens on ${server.url}`);
  const running = app.worker.run();
  await stop.asked;
  console.error(`stopping: what is in hand has ${options.stopWithin / 1000} s to be done`);
  const { urged } = stop;
  const drained = app.worker.drain().then(() => true);
  const isDone = await Promise.race([drained, tooLong(options), urged]);
  await app.worker.close();
  await running;
  await server.close(isDone ? LAST_ANSWERS_MS : 0);
}

/** For answers that are being given; whoever only listens to what changes is sent away after it. */
const LAST_ANSWERS_MS = 1000;

async function tooLong({ stopWithin }: ServeOptions): Promise<false> {
  return await sleep(stopWithin, false as const, { ref: false });
}

/** The first signal asks us to stop; with the second whoever asks has no more time. */
function listenForStop(): { readonly asked: Promise<void>; readonly urged: Promise<false> } {
  const asked = Promise.withResolvers<void>();
  const urged = Promise.withResolvers<false>();
  let isAsked = false;
  const heard = () => {
    if (isAsked) {
      urged.resolve(false);
      // The third has its usual meaning.
      for (const signal of SIGNALS) process.off(signal, heard);
    }
    isAsked = true;
    asked.resolve();
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return { asked: asked.promise, urged: urged.promise };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function addressOf(text: string): Address {
  const { host, port } = /^(?<host>.+):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError('write HOST:PORT, such as 127.0.0.1:4400');
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function collectOverride(text: string, before: readonly Override[]): readonly Override[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('write PATH=VALUE, such as engine.poll=1s');
  return [...before, { path: text.slice(0, at).split('.'), value: text.slice(at + 1) }];
}

function durationOf(text: string): number {
  const parsed = Duration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'write 20s, 1m …');
}
