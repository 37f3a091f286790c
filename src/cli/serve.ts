import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { Command, InvalidArgumentError, Option } from 'commander';

import { openApp, openStore } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import type { Override } from '../config/source-text.ts';
import { listen } from '../http/server.ts';
import { ConfigError } from '../lib/errors.ts';
import { type LogLevel, logLevels, openLog } from '../lib/log.ts';

interface ServeOptions {
  readonly config: string;
  readonly data: string;
  readonly listen: Address;
  readonly set: readonly Override[];
  readonly browse?: string;
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
  // Progress goes where logs go: the address is what a script waits for.
  console.error(`Signalbox listens on ${server.url}`);
  const stopped = untilStopped();
  const running = app.worker.run();
  await stopped;
  await app.worker.close();
  await running;
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

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
