import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { layeredEnvironment } from '../preload/disk-layer.ts';
import { random } from '../random.ts';
import { openDisk } from './disk.ts';
import { type Operation, readRecording } from './recording.ts';

const PROCESS = path.join(import.meta.dirname, '../intake/intake-process.ts');
const PRAGMAS = path.join(import.meta.dirname, '../preload/pragmas.ts');
/** Pages of the log after which it is copied into the database: often, sometimes, hardly ever. */
const CHECKPOINTS = [20, 100, 400] as const;

export interface Recorded {
  readonly operations: readonly Operation[];
  /** The files with the records, to play them again. */
  readonly files: readonly string[];
}

interface Wish {
  /** An empty folder of ours, with an absolute path without links in it. */
  readonly folder: string;
  readonly library: string;
  readonly seed: string;
  readonly events: number;
  /** Commits without a sync: what must raise the alarm. */
  readonly isWeak: boolean;
}

/**
 * Records the life of a store: the intake takes events in, is killed in the middle, started again on
 * the same files, and stopped.
 * @throws {Error} a process failed, or the record does not lead to the files as they are
 */
export async function record(wish: Wish): Promise<Recorded> {
  const choose = random(wish.seed, 'record');
  const data = path.join(wish.folder, 'data');
  mkdirSync(data);
  const checkpoint = CHECKPOINTS[choose.below(CHECKPOINTS.length)] ?? 100;
  const pragmas = `pragma wal_autocheckpoint = ${checkpoint};`;
  const first = 1 + choose.below(wish.events - 1);
  const parts = [
    { from: 0, events: wish.events, dieAfter: first },
    { from: wish.events, events: wish.events - first, dieAfter: null },
  ];
  const files: string[] = [];
  for (const [index, part] of parts.entries()) {
    const recording = path.join(wish.folder, `part-${index + 1}.recording`);
    files.push(recording);
    await runPart({ ...wish, ...part, data, recording, pragmas });
  }
  const operations = readRecording(files.map((file) => readFileSync(file)));
  if (operations.length === 0) throw new Error('nothing was recorded');
  compareWithReal(operations, data);
  return { operations, files };
}

interface Part extends Wish {
  readonly data: string;
  readonly recording: string;
  readonly pragmas: string;
  readonly from: number;
  readonly dieAfter: number | null;
}

async function runPart(part: Part): Promise<void> {
  const { data, folder, library, recording, pragmas, from, events, dieAfter, seed, isWeak } = part;
  const ledger = path.join(folder, 'ledger');
  writeFileSync(ledger, '', { flag: 'a' });
  const options = { folder: data, ledger, seed, from: String(from), events: String(events) };
  const child = spawn(
    process.execPath,
    [
      '--import',
      PRAGMAS,
      PROCESS,
      '--reopen',
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ...(dieAfter === null ? [] : ['--die-after', String(dieAfter)]),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...layeredEnvironment({ library, folder: data, ledger, recording }),
        CHAOS_PRAGMAS: pragmas,
        ...(isWeak && { CHAOS_NO_SYNC: '1' }),
      },
    },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const end = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
  if (end !== (dieAfter === null ? '0' : 'SIGKILL')) {
    throw new Error(`the intake ended with ${end}: ${said}`);
  }
}

/** A recording that misses an operation would prove nothing. */
function compareWithReal(operations: readonly Operation[], folder: string): void {
  const disk = openDisk('complete');
  for (const operation of operations) disk.play(operation);
  const recorded = disk.now();
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  for (const name of new Set([...names, ...recorded.keys()])) {
    const isSame = recorded.get(name)?.equals(readFileSync(path.join(folder, name))) ?? false;
    if (!isSame && !name.endsWith('-shm')) {
      throw new Error(`the recording is not complete: ${name} differs from the real file`);
    }
  }
}
