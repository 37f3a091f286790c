import { writeSync } from 'node:fs';

/** What the process under test writes down, apart from its store; `fresh` begins with an empty store. */
const notes = ['fresh', 'told', 'acked', 'refused', 'intending', 'intended'] as const;
export type Note = (typeof notes)[number];

/** Appends one line; in the kernel's hands when this returns, so that a kill does not lose it. */
export function noteDown(fd: number, note: Note, number: number, tries = 0): void {
  writeSync(fd, `${note} ${number} ${tries}\n`);
}

/** What must be in the store, and what may be, by the ledger. */
export interface Ledger {
  /** Sent, whatever came of it: nothing else may be in the store. */
  readonly told: Set<number>;
  /** Answered with 2xx: must be in the store. */
  readonly acknowledged: Set<number>;
  /** Answered with an error. */
  readonly refused: Set<number>;
  /** The latest tries of an event that are durable for sure. */
  readonly intended: Map<number, number>;
  /** The latest tries that were on their way. */
  readonly intending: Map<number, number>;
}

/** A ledger in which nothing has been entered. */
export function emptyLedger(): Ledger {
  return {
    told: new Set(),
    acknowledged: new Set(),
    refused: new Set(),
    intended: new Map(),
    intending: new Map(),
  };
}

/** Enters lines into a ledger; a line that the death of the writer cut short is left out. */
export function enter(ledger: Ledger, lines: string): void {
  for (const line of lines.slice(0, lines.lastIndexOf('\n') + 1).split('\n')) {
    const [word, number, tries] = line.split(' ');
    const note = notes.find((one) => one === word);
    if (note) enterOne(ledger, note, { number: Number(number), tries: Number(tries) });
  }
}

function enterOne(
  ledger: Ledger,
  note: Note,
  { number, tries }: { readonly number: number; readonly tries: number },
): void {
  switch (note) {
    case 'fresh':
      clear(ledger);
      return;
    case 'told':
      ledger.told.add(number);
      return;
    case 'acked':
      ledger.acknowledged.add(number);
      return;
    case 'refused':
      ledger.refused.add(number);
      return;
    case 'intending':
      ledger.intending.set(number, tries);
      return;
    case 'intended':
      ledger.intended.set(number, tries);
  }
}

function clear({ told, acknowledged, refused, intended, intending }: Ledger): void {
  for (const part of [told, acknowledged, refused, intended, intending]) part.clear();
}
