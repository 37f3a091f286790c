import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { emptyLedger, enter } from '../intake/ledger.ts';
import { examineFolder } from '../power/examine.ts';
import { entryOf } from '../power/power-cut.ts';
import { random } from '../random.ts';
import { openTally, type Ran } from '../report.ts';

const PROCESS = path.join(import.meta.dirname, '../intake/intake-process.ts');
const ENDLESS = 1_000_000; // more events than a process lives for
const LONGEST_LIFE_MS = 400;

export interface KillSuiteOptions {
  readonly folder: string;
  readonly seed: string;
  readonly kills: number;
  readonly untilMs?: number;
}

/** Kills an intake process on one store with SIGKILL, again and again, and looks each time. */
export async function killSuite(options: KillSuiteOptions): Promise<Ran> {
  const { seed, kills, untilMs = Number.MAX_SAFE_INTEGER } = options;
  const folder = mkdtempSync(path.join(options.folder, 'kill-'));
  const data = path.join(folder, 'data');
  const ledger = path.join(folder, 'ledger');
  mkdirSync(data);
  writeFileSync(ledger, '');
  const tally = openTally('kill', seed);
  try {
    for (let kill = 0; kill < kills && (kill === 0 || Date.now() < untilMs); kill += 1) {
      const forMs = random(seed, 'kill', kill).below(LONGEST_LIFE_MS);
      const said = await liveFor(forMs, { folder: data, ledger, seed, from: kill * ENDLESS });
      const known = emptyLedger();
      enter(known, readFileSync(ledger, 'utf8'));
      const examined = await examineFolder(data, known);
      const wrong = said === '' ? examined.wrong : [said, ...examined.wrong];
      const cut = { ...examined, wrong, number: kill, after: 0, store: null };
      const where = `kill ${kill} (chaos kill --seed ${seed})`;
      tally.add(entryOf({ ...cut, acknowledged: known.acknowledged.size }, where));
    }
    return tally.report();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts the process, lets it live for a while from the moment it is open, and kills it. */
async function liveFor(
  ms: number,
  options: { readonly folder: string; readonly ledger: string; seed: string; from: number },
): Promise<string> {
  const given = Object.entries({ ...options, events: ENDLESS });
  const args = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await Promise.race([setTimeout(ms), closed]);
  child.kill('SIGKILL');
  await closed;
  return said.slice(0, 300);
}
