import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import type { Bench, Measured } from './bench.ts';
import { endToEnd } from './end-to-end.ts';
import { following } from './following.ts';
import { growth } from './growth.ts';
import { intake } from './intake.ts';
import { latency } from './latency.ts';
import { machine } from './machine.ts';
import { memory } from './memory.ts';
import { openLoop } from './open-loop.ts';
import { writePage } from './page.ts';
import { rules } from './rules.ts';
import { sandbox } from './sandbox.ts';
import { slowDisk } from './slow-disk.ts';
import { startup } from './startup.ts';
import { judgementOf } from './statistics.ts';
import { tableOf } from './table.ts';

const BENCHES: readonly Bench[] = [
  intake,
  slowDisk,
  openLoop,
  endToEnd,
  latency,
  growth,
  memory,
  following,
  rules,
  startup,
  sandbox,
];

const USAGE = `npm run bench [-- OPTIONS]
  --only NAME      one of them (again for several): ${BENCHES.map(({ name }) => name).join(', ')}
  --rounds N       how often each case is measured, in turn with the others (5)
  --quick          short rounds, 2 of them: for a look while developing
  --rows N         how many deliveries the large store has (10000000)
  --folder PATH    where files are put, on the disk to be measured (the temporary folder)
  --write-docs     put the tables into docs/reference/performance.md
  -o json          print everything as JSON
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: '10000000' },
    folder: { type: 'string', default: os.tmpdir() },
    'write-docs': { type: 'boolean', default: false },
    output: { type: 'string', short: 'o', default: 'text' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

interface Result {
  readonly bench: Bench;
  readonly measured: readonly Measured[];
}

const Count = z.coerce.number().int().min(1);
const unknown = values.only.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (values.help || unknown.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  const results = await runAll();
  print(results);
  if (values['write-docs']) writePage(results, { rounds: roundsAsked(), machine: machine() });
  process.exitCode = exitCodeOf(results.flatMap(({ measured }) => measured));
}

function roundsAsked(): number {
  return Count.parse(values.rounds ?? (values.quick ? 2 : 5));
}

async function runAll(): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const bench of BENCHES) {
    if (values.only.length > 0 && !values.only.includes(bench.name)) continue;
    const folder = mkdtempSync(path.join(values.folder, `signalbox-bench-${bench.name}-`));
    try {
      results.push({ bench, measured: await runOne(bench, folder) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return results;
}

/** One that breaks down must not take the others' figures with it. */
async function runOne(bench: Bench, folder: string): Promise<readonly Measured[]> {
  const say = (line: string) => process.stderr.write(`${bench.name}: ${line}\n`);
  try {
    return await bench.run({
      rounds: roundsAsked(),
      isQuick: values.quick,
      rows: Count.parse(values.rows),
      folder,
      say,
    });
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const because = error instanceof Error ? error.message : String(error);
    return [{ kind: 'not_run', what: bench.name, because: `it broke down: ${because}` }];
  }
}

function print(results: readonly Result[]): void {
  if (values.output === 'json') {
    const named = results.map(({ bench: { name, what }, measured }) => ({ name, what, measured }));
    process.stdout.write(`${JSON.stringify({ machine: machine(), benches: named }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${machine()}\n`);
  for (const { bench, measured } of results) {
    process.stdout.write(`\n${bench.name}: ${bench.what}\n${tableOf(measured)}\n`);
  }
}

/** As the command line of Signalbox has them: 8 is green but unproven. */
function exitCodeOf(measured: readonly Measured[]): number {
  const judgements = new Set(measured.map(judgementOf));
  if (judgements.has('missed')) return 1;
  return judgements.has('not run') ? 8 : 0;
}
