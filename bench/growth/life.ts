import path from 'node:path';

import { z } from 'zod';

import { type App, openApp } from '../../src/app.ts';
import { takeIn } from '../../src/engine/intake.ts';
import { openLog } from '../../src/lib/log.ts';
import type { NewEvent } from '../../src/model/event.ts';
import type { Store } from '../../src/store/store.ts';
import { defineTarget } from '../../src/targets/target.ts';
import { secondsOf } from '../processor.ts';
import type { Figures } from '../rounds.ts';
import { benchConfig } from '../service/bench-config.ts';
import { over } from '../service/plain-http.ts';

/** The engine, whole, on a store; its target answers at once and calls nobody. */
export function openLife(store: Store, folder: string): App {
  return openApp({
    config: benchConfig({ kind: atOnce, settings: {} }),
    storeFile: '',
    store,
    pagesFolder: path.join(folder, 'pages'),
    browse: null,
    fetch: () => Promise.reject(new Error('there is no network here')),
    now: Date.now,
    log: openLog('silent'),
  });
}

const atOnce = defineTarget({
  type: 'at-once',
  config: z.strictObject({}),
  request: z.unknown(),
  open: () => ({
    start: async ({ key }) => ({ id: key, place: {}, url: '' }),
    find: async () => null,
    named: async () => null,
    check: async ({ id }) => over(id),
    output: async () => '',
    cancel: async () => undefined,
  }),
});

export interface Living {
  readonly app: App;
  /** The processes that work for it besides this one: those of Postgres. */
  readonly servers: readonly number[];
  readonly count: number;
}

const AT_ONCE = 32;

/** What it costs to take so many events in, to be told them again, and to carry them through. */
export async function live({ app, servers, count }: Living): Promise<Figures> {
  const events = newEvents(count);
  const costs = async (work: () => Promise<void>) => {
    const [usedS, startedMs] = [usedNow(servers), performance.now()];
    await work();
    const us = ((performance.now() - startedMs) * 1000) / count;
    return { us, cpuUs: ((usedNow(servers) - usedS) * 1e6) / count };
  };
  const tell = async () => {
    for (let from = 0; from < count; from += AT_ONCE) {
      const some = events.slice(from, from + AT_ONCE);
      await Promise.all(some.map((event) => takeIn(app.engine, event)));
    }
  };
  const intake = await costs(tell);
  const again = await costs(tell);
  const carry = await costs(async () => {
    while ((await app.worker.tick()) > 0);
  });
  return {
    intakeUs: intake.us,
    intakeCpuUs: intake.cpuUs,
    againUs: again.us,
    againCpuUs: again.cpuUs,
    carryUs: carry.us,
    carryCpuUs: carry.cpuUs,
  };
}

/** The kernel counts others' time in hundredths of a second, and ours much finer. */
function usedNow(servers: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + (servers.length > 0 ? secondsOf(servers) : 0);
}

function newEvents(count: number): readonly NewEvent[] {
  const atMs = Date.now();
  return Array.from({ length: count }, (_, number) => ({
    identity: `registry|stage_changed|grown|${atMs}-${number}|Production|${atMs + number}`,
    source: 'registry',
    type: 'model_version.stage_changed',
    model: `wine-model-${number % 50}`,
    version: `${atMs}-${number}`,
    occurredAtMs: atMs + number,
    recovered: false,
    fields: { text: '', webhook_id: '1', from_stage: 'Staging', to_stage: 'Production' },
  }));
}
