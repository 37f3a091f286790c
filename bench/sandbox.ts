import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long a sandbox takes from its start until it is ready, and what memory it holds when nothing
 * happens: `node bench/sandbox.ts [ROUNDS]`. The first line is of a start right after the files have
 * changed, when Node has to read the TypeScript; the second of every later one.
 */
const CACHE = path.join(import.meta.dirname, '../node_modules/.cache/sandbox');
const MAIN = path.join(import.meta.dirname, '../sandbox/main.ts');
const LIMIT = { readyMs: 1_000, idleMb: 120 } as const;
/** Long enough for what starting has left behind to settle. */
const SETTLE_MS = 3_000;

interface Measured {
  readonly readyMs: number;
  readonly idleMb: number;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-sandbox-'));
try {
  const config = path.join(folder, 'sandbox.json');
  writeFileSync(config, JSON.stringify(emptySandbox()));
  const rounds = Number(process.argv[2] ?? 3);

  const first = await measure(config, path.join(folder, 'cache'));
  const later: Measured[] = [];
  await measure(config, CACHE);
  for (let round = 0; round < rounds; round += 1) later.push(await measure(config, CACHE));
  print('first start', [first]);
  print('later start', later);
  process.exitCode = isWithin(later) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** As `signalbox sandbox start` starts it. */
async function measure(config: string, cache: string): Promise<Measured> {
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

function print(what: string, measured: readonly Measured[]): void {
  const ready = median(measured.map((one) => one.readyMs));
  const idle = median(measured.map((one) => one.idleMb));
  const limits = `(limits: ${LIMIT.readyMs} ms, ${LIMIT.idleMb} MB)`;
  process.stdout.write(
    `${what}: ready after ${ready.toFixed(0)} ms, idle with ${idle.toFixed(0)} MB ${limits}\n`,
  );
}

function isWithin(measured: readonly Measured[]): boolean {
  const ready = median(measured.map((one) => one.readyMs));
  return ready < LIMIT.readyMs && median(measured.map((one) => one.idleMb)) < LIMIT.idleMb;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
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
