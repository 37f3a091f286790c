import { emptyLedger, enter } from '../intake/ledger.ts';
import { random } from '../random.ts';
import { openDisk } from './disk.ts';
import { type Examined, examine } from './examine.ts';
import type { Operation } from './recording.ts';

export interface Cut extends Examined {
  readonly number: number;
  /** After how many operations the power went. */
  readonly after: number;
  /** Which store of the recording was in use; null: it has only one. */
  readonly store: string | null;
  /** How many events had been acknowledged by then. */
  readonly acknowledged: number;
}

interface Cutting {
  readonly operations: readonly Operation[];
  /** Where the files are laid out to be looked at. */
  readonly folder: string;
  readonly seed: string;
  readonly cuts: number;
  /** Only this one, as it was the last time. */
  readonly only?: number | undefined;
  readonly onCut: (cut: Cut) => void;
  /** No further cuts when this says so. */
  readonly isOver?: () => boolean;
}

/** Plays a recording, cuts the power at random moments, and examines what the disk then holds. */
export async function cutPower(cutting: Cutting): Promise<void> {
  const { operations, folder, seed, cuts, only, onCut, isOver } = cutting;
  const plan = Array.from({ length: cuts }, (_, number) => number)
    .filter((number) => only === undefined || number === only)
    .map((number) => ({
      number,
      after: 1 + random(seed, 'moment', number).below(operations.length),
    }))
    .toSorted((a, b) => a.after - b.after);

  const disk = openDisk(seed);
  const ledger = emptyLedger();
  let played = 0;
  let store: string | null = null;
  for (const { number, after } of plan) {
    for (const operation of operations.slice(played, after)) {
      disk.play(operation);
      if (operation.kind !== 'ledger') continue;
      enter(ledger, operation.lines);
      store = /^fresh (?<trial>\d+) /m.exec(operation.lines)?.groups?.['trial'] ?? store;
    }
    played = after;
    if (isOver?.() === true) return;
    const files = inFolder(disk.afterCut(random(seed, 'cut', number)), store);
    const acknowledged = ledger.acknowledged.size;
    onCut({ number, after, store, acknowledged, ...(await examine(folder, files, ledger)) });
  }
}

/** The files of one store where a recording has several, each in a folder of its own. */
function inFolder(files: ReadonlyMap<string, Buffer>, trial: string | null) {
  if (trial === null) return files;
  const folder = `trial-${trial}/`;
  return new Map(
    [...files]
      .filter(([name]) => name.startsWith(folder))
      .map(([name, content]) => [name.slice(folder.length), content]),
  );
}
