import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { memoryFolder } from '../memory-folder.ts';
import { countOf } from '../print.ts';
import { type FleetOptions, type FleetReport, fleetSuite } from './fleet-suite.ts';
import { printFleet } from './print-fleet.ts';

export const FLEET_USAGE = `  fleet    [--short | --full | --events N --kills N --replicas N --store sqlite|postgres]
           [--rate 150] [--minutes 60] [--weak]   replicas of the service as processes against the
           sandbox, killed, frozen and parted; --weak: runs that are started twice must be found out
`;

type Shape = Pick<FleetOptions, 'store' | 'replicas' | 'events' | 'kills'>;

/** For CI: a minute on a busy machine. */
const SHORT: readonly Shape[] = [
  { store: 'sqlite', replicas: 1, events: 300, kills: 10 },
  { store: 'postgres', replicas: 3, events: 400, kills: 10 },
];
/** 100,000 events and 300 kills, all three at the same time: half an hour on two cores. */
const FULL: readonly Shape[] = [
  { store: 'sqlite', replicas: 1, events: 40_000, kills: 120 },
  { store: 'postgres', replicas: 1, events: 30_000, kills: 90 },
  { store: 'postgres', replicas: 3, events: 30_000, kills: 90 },
];

interface Values {
  readonly short: boolean;
  readonly full: boolean;
  readonly events: string;
  readonly kills: string;
  readonly replicas: string;
  readonly store: string;
  readonly rate: string;
  readonly minutes: string;
  readonly weak: boolean;
  readonly seed: string;
  readonly data: string;
  readonly keep?: string;
  readonly output: string;
}

/** `npm run chaos -- fleet`: prints what came of it, and resolves to the exit code. */
export async function runFleet(args: readonly string[]): Promise<number> {
  const values = valuesIn(args);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // What we started ends with us.
    process.once(signal, () => process.exit(130));
  }
  mkdirSync(values.data, { recursive: true, mode: 0o700 });
  process.stderr.write(`seed ${values.seed}\n`);
  if (values.full) {
    return Math.max(...(await Promise.all(FULL.map((shape) => runApart(shape, values)))));
  }
  const reports = await runAll(values.short ? SHORT : [shapeIn(values)], values);
  printFleet(reports, values.output);
  return reports.some(({ wrongs }) => wrongs > 0) ? 1 : 0;
}

function valuesIn(args: readonly string[]): Values {
  return parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      events: { type: 'string', default: '2000' },
      kills: { type: 'string', default: '20' },
      replicas: { type: 'string', default: '1' },
      store: { type: 'string', default: 'sqlite' },
      rate: { type: 'string', default: '150' },
      minutes: { type: 'string', default: '60' },
      weak: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      data: { type: 'string', default: memoryFolder() },
      keep: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'text' },
    },
  }).values;
}

function shapeIn({ store, replicas, events, kills }: Values): Shape {
  return {
    store: store === 'postgres' ? 'postgres' : 'sqlite',
    replicas: countOf(replicas, 'replicas'),
    events: countOf(events, 'events'),
    kills: countOf(kills, 'kills', 0),
  };
}

async function runAll(shapes: readonly Shape[], values: Values): Promise<readonly FleetReport[]> {
  const reports: FleetReport[] = [];
  for (const shape of shapes) {
    const name = `${shape.store}-${shape.replicas}`;
    const report = await fleetSuite({
      ...shape,
      folder: values.data,
      seed: values.seed,
      rate: countOf(values.rate, 'rate'),
      pace: values.short ? 'quick' : 'steady',
      isWeak: values.weak,
      forMs: countOf(values.minutes, 'minutes') * 60_000,
      keepIn: values.keep === undefined ? null : path.resolve(values.keep, name),
      say: (line) => void process.stderr.write(`${name}: ${line}\n`),
    });
    reports.push(report);
  }
  return reports;
}

/** In a process of its own, since a process has one way to a sandbox; resolves to its exit code. */
async function runApart(shape: Shape, values: Values): Promise<number> {
  const { rate, minutes, seed, data, keep, output } = values;
  const given = {
    ...shape,
    rate,
    minutes,
    seed,
    data,
    output,
    ...(keep !== undefined && { keep }),
  };
  const args = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  const main = path.join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [main, 'fleet', ...args], { stdio: 'inherit' });
  process.once('exit', () => child.kill('SIGTERM'));
  return await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 70));
  });
}
