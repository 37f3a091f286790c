import { mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { failures, openControl } from './disk-control.ts';
import { runTrial } from './trial.ts';

/**
 * Runs one failure at the N-th operation for N = `from`, `from` + `step` …, each on a new store,
 * until the store does fewer operations than that, `most` at the most: the record of more would be
 * too long. Prints one JSON line for each.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    ledger: { type: 'string', default: '' },
    control: { type: 'string', default: '' },
    failure: { type: 'string', default: '0' },
    from: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    most: { type: 'string', default: '40' },
    'until-ms': { type: 'string', default: '0' },
  },
});

const failure = failures[Number(values.failure)];
if (!failure) throw new RangeError(`there is no failure ${values.failure}`);
const untilMs = Number(values['until-ms']) || Infinity;
const ledgerFd = openSync(values.ledger, 'a');
using control = openControl(values.control);
const from = Number(values.from);
const step = Number(values.step);
const to = from + Number(values.most) * step;
for (let number = from; number < to && Date.now() < untilMs; number += step) {
  const folder = path.join(values.folder, `trial-${number}`);
  mkdirSync(folder);
  const trial = await runTrial({ folder, control, ledgerFd }, failure, number);
  writeSync(1, `${JSON.stringify(trial)}\n`);
  if (trial.hits === 0) break;
}
