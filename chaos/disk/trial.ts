import { setTimeout } from 'node:timers/promises';

import { SignalboxError } from '../../src/lib/errors.ts';
import { emptyLedger, enter, type Ledger, type Note, noteDown } from '../intake/ledger.ts';
import { type Intake, openIntake } from '../intake/product.ts';
import { examineFolder } from '../power/examine.ts';
import type { DiskControl, Failure } from './disk-control.ts';

/** What became of one store whose disk failed at one operation. */
export interface Trial {
  /** How many operations failed; none: the store had done fewer than that. */
  readonly hits: number;
  readonly acknowledged: number;
  /** Answered with an error while the disk was failing. */
  readonly refused: number;
  readonly found: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: readonly string[];
}

interface TrialDeps {
  readonly folder: string;
  readonly control: DiskControl;
  /** The ledger of the process, which the disk layer records. */
  readonly ledgerFd: number;
  /** Which store of the ledger this one is. */
  readonly index: number;
}

const BATCHES = [1, 3, 2, 5, 1, 4] as const;
const ANSWER_WITHIN_MS = 3000;
const RECOVER_WITHIN_MS = 2000;
const LATER = 1000; // the numbers of the events that come when the disk is well again

/** Runs one store from its first byte on a disk that fails at the `number`-th operation. */
export async function runTrial(deps: TrialDeps, failure: Failure, number: number): Promise<Trial> {
  const { folder, control, ledgerFd } = deps;
  const ledger = emptyLedger();
  const wrong: string[] = [];
  const note = (word: Note, event: number, tries = 0) => {
    noteDown(ledgerFd, word, event, tries);
    enter(ledger, `${word} ${event} ${tries}\n`);
  };
  note('fresh', deps.index);
  control.arm(failure, number);
  let intake = open(folder, wrong);
  if (intake) await takeBatches({ intake, note, wrong });
  const refused = [...ledger.refused];
  const hits = control.heal();

  intake ??= open(folder, wrong);
  const trial = { hits, refused: refused.length };
  if (!intake) {
    wrong.push('not to be opened when the disk is well again');
    return { ...trial, ...NOTHING, wrong };
  }
  await recovers({ intake, note, wrong });
  for (const event of refused) await tell({ intake, note, wrong }, event);
  await intake.close().catch((error: unknown) => wrong.push(`closing fails: ${String(error)}`));
  return { ...trial, ...(await heldAgainst(ledger, folder, wrong)) };
}

const NOTHING = { acknowledged: 0, found: 0, lost: 0, doubled: 0 };

async function heldAgainst(ledger: Ledger, folder: string, wrong: readonly string[]) {
  const acknowledged = ledger.acknowledged.size;
  const examined = await examineFolder(folder, ledger);
  const { found, lost, doubled } = examined.comparison ?? { ...NOTHING, lost: acknowledged };
  const all = [...wrong, ...stillRefused(ledger), ...examined.wrong];
  return { acknowledged, found, lost, doubled, wrong: all };
}

function stillRefused({ refused, acknowledged }: Ledger): readonly string[] {
  const never = [...refused].filter((event) => !acknowledged.has(event));
  return never.length > 0 ? [`${never.length} refused for good`] : [];
}

/** Null: it says that it cannot, in words for its operator. */
function open(folder: string, wrong: string[]): Intake | null {
  try {
    return openIntake(folder);
  } catch (error) {
    if (!(error instanceof SignalboxError)) wrong.push(`opening ends as a bug: ${String(error)}`);
    return null;
  }
}

interface Hands {
  readonly intake: Intake;
  readonly note: (word: Note, event: number, tries?: number) => void;
  readonly wrong: string[];
}

async function takeBatches(hands: Hands): Promise<void> {
  let first = 0;
  for (const size of BATCHES) {
    const batch = Array.from({ length: size }, (_, index) => first + index);
    const events = await Promise.all(batch.map((event) => tell(hands, event)));
    await intend(hands, first, events[0] ?? null);
    first += size;
  }
}

async function tell({ intake, note, wrong }: Hands, event: number): Promise<string | null> {
  note('told', event);
  const told = await Promise.race([intake.tell(event), noAnswer()]);
  if (told.kind === 'acknowledged') {
    note('acked', event);
    return told.event;
  }
  note('refused', event);
  if (told.status !== 503) wrong.push(`answered ${told.status}, not 503`);
  return null;
}

async function noAnswer() {
  await setTimeout(ANSWER_WITHIN_MS, undefined, { ref: false });
  return { kind: 'refused', status: 0 } as const;
}

async function intend({ intake, note }: Hands, number: number, event: string | null) {
  if (event === null) return;
  note('intending', number, 1);
  try {
    await intake.intend(event, 1);
    note('intended', number, 1);
  } catch {
    // Told so, the dispatcher makes no call.
  }
}

/** The disk is well: the next events must be taken in, without a restart. */
async function recovers(hands: Hands): Promise<void> {
  const untilMs = performance.now() + RECOVER_WITHIN_MS;
  for (let event = LATER; ; event += 1) {
    if ((await tell(hands, event)) !== null) return;
    if (performance.now() > untilMs) {
      hands.wrong.push('takes nothing in after the disk is well again');
      return;
    }
    await setTimeout(20);
  }
}
