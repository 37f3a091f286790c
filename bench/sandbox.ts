import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Bench, BenchOptions, Measured } from './bench.ts';
import { type Figures, figureOf, inTurn, ratioOf } from './rounds.ts';

const CACHE = path.join(import.meta.dirname, '../node_modules/.cache/sandbox');
const MAIN = path.join(import.meta.dirname, '../sandbox/main.ts');
/** Long enough for what starting has left behind to settle. */
const SETTLE_MS = 3_000;

/** How long a sandbox takes from its start until it is ready, and what it holds when idle. */
export const sandbox: Bench = {
  name: 'sandbox',
  what: 'The sandbox, from its start until it is ready; and the memory it holds when nothing happens.',
  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const config = path.join(options.folder, 'sandbox.json');
    writeFileSync(config, JSON.stringify(emptySandbox()));
    const folder = () => mkdtempSync(path.join(options.folder, 'cache-'));
    await started(config, CACHE);
    const rounds = await inTurn(options, [
      { name: 'first', run: async () => await started(config, folder()) },
      { name: 'later', run: async () => await started(config, CACHE) },
    ]);
    return [
      figureOf(rounds, {
        of: 'first',
        figure: 'readyMs',
        what: 'ready, when Node has to read the TypeScript first',
        unit: 'ms',
      }),
      figureOf(rounds, {
        of: 'later',
        figure: 'readyMs',
        what: 'ready, at every later start',
        unit: 'ms',
        limit: { kind: 'at_most', value: 1_000 },
      }),
      ratioOf(rounds, {
        of: 'first',
        to: 'later',
        figure: 'readyMs',
        what: 'the first start against a later one',
      }),
      figureOf(rounds, {
        of: 'later',
        figure: 'idleMb',
        what: 'memory when idle',
        unit: 'MB',
        limit: { kind: 'at_most', value: 120 },
      }),
    ];
  },
};

/** As `signalbox sandbox start` starts it. */
async function started(config: string, cache: string): Promise<Figures> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, config], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  await once(createInterface({ input: child.stdout }), 'line');
  const readyMs = performance.now() - startedMs;
  await sleep(SETTLE_MS);
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], {
    encoding: 'utf8',
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
  return { readyMs, idleMb: Number(kilobytes) / 1024 };
}

function emptySandbox() {
  return {
    admin_token: 'an-admin-token-of-the-benchmark',
    entra: { tenant: '11111111-1111-4111-8111-111111111111', apps: [] },
    databricks: {
      host: 'adb-1234567890123456.7.azuredatabricks.net',
      workspace_id: '1234567890123456',
      principals: [],
    },
    azure_devops: { organization: 'contoso', project: 'MLFlowHooks', principals: [] },
  };
}
