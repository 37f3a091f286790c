import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { openTally, type Ran } from '../report.ts';
import { type Cut, cutPower } from './cut.ts';
import { record } from './record.ts';

export interface PowerCutOptions {
  /** Where stores are recorded; a folder of ours. */
  readonly folder: string;
  /** Where what is left of them is looked at; a folder of ours. */
  readonly lookIn: string;
  readonly library: string;
  readonly seed: string;
  /** The numbers of the recordings to make, each a life of a store. */
  readonly recordings: readonly number[];
  readonly cutsEach: number;
  readonly events: number;
  readonly isWeak: boolean;
  /** Where the recordings in which something was lost are kept; null: nowhere. */
  readonly keepIn: string | null;
  /** No further life begins, and no further cut is made, but for those of the first. */
  readonly untilMs: number;
}

/** Records lives of a store and cuts the power in each, at `cutsEach` moments. */
export async function powerCut(options: PowerCutOptions): Promise<Ran> {
  const tally = openTally('power', options.seed);
  for (const [index, number] of options.recordings.entries()) {
    const isOver = () => index > 0 && Date.now() >= options.untilMs;
    if (isOver()) break;
    const seed = `${options.seed}.${number}`;
    const folder = mkdtempSync(path.join(options.folder, 'life-'));
    const { events, isWeak, library } = options;
    const { operations } = await record({ folder, library, seed, events, isWeak });
    const kept = options.keepIn === null ? folder : path.join(options.keepIn, `power-${seed}`);
    let wrongs = 0;
    await cutPower({
      operations,
      folder: path.join(options.lookIn, path.basename(folder)),
      seed,
      cuts: options.cutsEach,
      isOver,
      onCut(cut) {
        if (cut.wrong.length > 0) wrongs += 1;
        tally.add(entryOf(cut, `chaos power --again ${kept} --seed ${seed} --cut ${cut.number}`));
      },
    });
    if (wrongs > 0 && options.keepIn !== null) keep(folder, kept);
    rmSync(folder, { recursive: true });
  }
  return tally.report();
}

/** What the tally takes of one cut. */
export function entryOf(cut: Cut, where: string) {
  // A store that cannot be opened has lost all that it was to keep.
  const { acknowledged } = cut;
  const { lost, doubled, found } = cut.comparison ?? { lost: acknowledged, doubled: 0, found: 0 };
  return { acknowledged, found, lost, doubled, wrong: cut.wrong, where };
}

function keep(folder: string, kept: string): void {
  mkdirSync(kept, { recursive: true });
  cpSync(folder, kept, { recursive: true });
}
