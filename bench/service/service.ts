import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { IntakeStore } from './intake-store.ts';
import { type Listening, startListening } from './listening.ts';

const MAIN = path.join(import.meta.dirname, 'service-process.ts');

export interface ServiceOptions {
  /** In which its own folder is made. */
  readonly folder: string;
  readonly store?: IntakeStore;
  readonly isIntakeOnly?: boolean;
  /** True: the runs that it starts go on for ever. */
  readonly isNeverOver?: boolean;
  /** The port of the service that is called. */
  readonly target?: number;
  readonly postgres?: { readonly url: string; readonly schema: string };
  readonly env?: Readonly<Record<string, string>>;
}

export interface Service extends Listening {
  /** The database file, where it is not in Postgres. */
  readonly storeFile: string;
}

/** Starts the measured service on an empty store of its own. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const folder = mkdtempSync(path.join(options.folder, 'service-'));
  const { store, target, postgres, isIntakeOnly, isNeverOver, env } = options;
  const words = [
    '--folder',
    folder,
    ...(store === undefined ? [] : ['--store', store]),
    ...(target === undefined ? [] : ['--target', String(target)]),
    ...(postgres === undefined ? [] : ['--postgres', postgres.url, '--schema', postgres.schema]),
    ...(isIntakeOnly === true ? ['--no-worker'] : []),
    ...(isNeverOver === true ? ['--never-over'] : []),
  ];
  const started = await startListening([MAIN, ...words], {
    env,
  });
  return {
    ...started,
    storeFile: path.join(folder, 'signalbox.db'),
    async stop() {
      await started.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** How many deliveries in a service's file are without a verdict, or in that phase. */
export function openDeliveries(storeFile: string, phase?: string): number {
  const database = new DatabaseSync(storeFile, { readOnly: true });
  const open = 'select count(*) as open from deliveries where verdict is null';
  const found =
    phase === undefined
      ? database.prepare(open).get()
      : database.prepare(`${open} and phase = ?`).get(phase);
  database.close();
  return Number(found?.['open']);
}
