import { openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { random } from '../random.ts';
import { noteDown } from './ledger.ts';
import { type Intake, openIntake } from './product.ts';

/**
 * The process that is put to the test: it takes events in through the real intake, several at a
 * time, stores intents of starts between them, and notes in its ledger what was acknowledged, after
 * the answer and never before. With `--die-after` it kills itself in the middle of that many events.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    ledger: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    events: { type: 'string', default: '100' },
    reopen: { type: 'boolean', default: false },
    'die-after': { type: 'string' },
  },
});

const MOST_AT_ONCE = 13;
const ledger = openSync(values.ledger, 'a');
const from = Number(values.from);
const to = from + Number(values.events);
const dieAfter = Number(values['die-after'] ?? Infinity);
const choose = random(values.seed, 'intake', from);

let intake = openIntake(values.folder);
writeSync(1, 'open\n');
for (let number = from; number < to; ) {
  const batch = Math.min(1 + choose.below(MOST_AT_ONCE), to - number);
  const isLast = number + batch - from >= dieAfter;
  const told = Promise.all(Array.from({ length: batch }, (_, index) => tell(number + index)));
  if (isLast) {
    for (let turns = choose.below(8); turns > 0; turns -= 1) await setImmediate();
    process.kill(process.pid, 'SIGKILL');
  }
  const events = await told;
  await intend(intake, number, events);
  number += batch;
  if (values.reopen && choose.chance(0.02)) {
    await intake.close();
    intake = openIntake(values.folder);
  }
}
await intake.close();

async function tell(number: number): Promise<string | null> {
  noteDown(ledger, 'told', number);
  const told = await intake.tell(number);
  noteDown(ledger, told.kind === 'acknowledged' ? 'acked' : 'refused', number);
  return told.kind === 'acknowledged' ? told.event : null;
}

/** Stores the intent of a start for some of the events, as the dispatcher does before it calls. */
async function intend(at: Intake, first: number, events: readonly (string | null)[]) {
  for (const [index, event] of events.entries()) {
    if (event === null || choose.chance(0.6)) continue;
    noteDown(ledger, 'intending', first + index, 1);
    await at.intend(event, 1);
    noteDown(ledger, 'intended', first + index, 1);
  }
}
