import path from 'node:path';

import { Command, Option } from 'commander';

import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { backUp, type Content, restore } from '../store/backup.ts';
import { moveStore } from '../store/move-store.ts';
import { migratePostgres } from '../store/postgres-schema.ts';

interface StoreOptions {
  readonly config: string;
  readonly data: string;
  readonly to?: string;
}

/** `signalbox store`: what a person does with the store while, or before, a service works on it. */
export function storeCommand(): Command {
  const store = new Command('store').exitOverride();
  store
    .command('backup')
    .description('copy the SQLite store, also while the service runs')
    .argument('<file>', 'where to; it must not be there yet')
    .addOption(dataOption())
    .action(async (to: string, { data }: StoreOptions) => {
      console.log(`${to} holds ${said(await backUp(fileIn(data), to))}`);
    });
  store
    .command('restore')
    .description('put a backup in the place of the SQLite store; stop the service first')
    .argument('<file>', 'the backup')
    .addOption(dataOption())
    .action((from: string, { data }: StoreOptions) => {
      const { content, kept } = restore(fileIn(data), from);
      console.log(`restored: ${said(content)}`);
      if (kept !== null) console.log(`what was there before is now ${kept}`);
    });
  store
    .command('migrate')
    .description('bring the Postgres store up to date; make a backup of the database first')
    .addOption(configOption())
    .addOption(toOption())
    .action(async ({ config, to }: StoreOptions) => {
      const done = await migratePostgres({ url: urlOf(config, to) });
      console.log(done.length > 0 ? `migrated: ${done.join(', ')}` : 'up to date already');
    });
  store
    .command('move')
    .description('copy the SQLite store into an empty Postgres database, and compare the two')
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(toOption())
    .action(async ({ config, data, to }: StoreOptions) => {
      const moved = await moveStore(fileIn(data), { url: urlOf(config, to) });
      for (const { table, rows } of moved) console.log(`${rows} ${table} copied and compared`);
      console.log('now set store.postgres in the configuration: the file is not used any more');
    });
  return store;
}

function dataOption(): Option {
  return new Option('-d, --data <folder>', 'where the store lies').default('.signalbox');
}

function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').default('signalbox.yaml');
}

function toOption(): Option {
  return new Option(
    '--to <url>',
    'the database, instead of store.postgres in the configuration',
  ).env('SIGNALBOX_POSTGRES');
}

function fileIn(folder: string): string {
  return path.join(folder, 'signalbox.db');
}

function urlOf(config: string, to: string | undefined): Secret {
  if (to !== undefined) return new Secret(to);
  const { postgres } = loadConfig(config, { env: process.env });
  if (postgres) return postgres;
  throw new ConfigError('CONFIG_INVALID', `${config} names no Postgres database`, {
    hint: 'set store.postgres there, or name one with --to; a SQLite store needs no migration',
  });
}

function said({ events, deliveries }: Content): string {
  return `${events} events and ${deliveries} deliveries`;
}
