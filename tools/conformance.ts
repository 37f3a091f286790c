import { parseArgs } from 'node:util';

import { clientsFor } from '../conformance/clients.ts';
import { type ClientResult, runClient } from '../conformance/run-client.ts';
import { sumOf, tableOf } from '../conformance/table.ts';

/**
 * Starts the sandbox for real clients, one after the other, and tells how each fared:
 * `npm run conformance`, or `npm run conformance -- curl git` for those of that name.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o', default: 'text' },
    /** How many requests are made up for each service. */
    requests: { type: 'string', default: '10000' },
    /** The same seed makes up the same requests. */
    seed: { type: 'string', default: '20261123' },
  },
});

const clients = clientsFor({ requests: Number(values.requests), seed: Number(values.seed) });
const chosen = clients.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
if (chosen.length === 0) {
  console.error(`no client is called ${positionals.join(', ')}`);
  process.exit(2);
}

const results: ClientResult[] = [];
for (const client of chosen) {
  const result = await runClient(client);
  results.push(result);
  const { passed, failed, notRun, seconds } = result;
  process.stderr.write(
    `${client.name}: ${passed.length} passed, ${failed.length} failed, ${notRun.length} not run (${seconds.toFixed(1)} s)\n`,
  );
}
console.log(
  values.output === 'json'
    ? JSON.stringify(results, null, 2)
    : `${tableOf(results)}\n${sumOf(results)}`,
);
process.exitCode = results.some(({ failed }) => failed.length > 0) ? 1 : 0;
