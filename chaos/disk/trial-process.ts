import { mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { failures, openControl } from './disk-control.ts';
import { runTrial } from './trial.ts';

/**
 * Runs trials, each on a new store, and prints one JSON line for each. `--trials 0:5,3:66` is two:
 * the failure 0 at the 5th operation, the failure 3 at the 66th.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    ledger: { type: 'string', default: '' },
    control: { type: 'string', default: '' },
    trials: { type: 'string', default: '' },
    'until-ms': { type: 'string', default: '' },
  },
});

const LEAST = 5; // trials, however late it is: none would say nothing
const untilMs = Number(values['until-ms']);
const ledgerFd = openSync(values.ledger, 'a');
using control = openControl(values.control);
for (const [index, trial] of values.trials.split(',').entries()) {
  if (index >= LEAST && Date.now() >= untilMs) break;
  const [kind, number] = trial.split(':').map(Number);
  const failure = failures[kind ?? -1];
  if (!failure || number === undefined) throw new RangeError(`there is no trial ${trial}`);
  const folder = path.join(values.folder, `trial-${index}`);
  mkdirSync(folder);
  const found = await runTrial({ folder, control, ledgerFd, index }, failure, number);
  writeSync(1, `${JSON.stringify(found)}\n`);
}
