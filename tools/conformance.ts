import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { clientsFor } from '../conformance/clients.ts';
import { fidelityPage } from '../conformance/fidelity-page.ts';
import { type ClientResult, prepareAll, runClient } from '../conformance/run-client.ts';
import { startSandbox } from '../conformance/sandbox-process.ts';
import { sumOf, tableOf } from '../conformance/table.ts';

/**
 * Starts the sandbox for real clients, one after the other, and tells how each fared:
 * `npm run conformance`, or `npm run conformance -- curl git` for those with that in their names.
 */
const PAGE = path.join(import.meta.dirname, '../docs/reference/fidelity.md');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o', default: 'text' },
    /** How many requests are made up for each service. */
    requests: { type: 'string', default: '10000' },
    /** The same seed makes up the same requests. */
    seed: { type: 'string', default: '20261123' },
    /** Writes docs/reference/fidelity.md; of clients that are not run it keeps what it says. */
    'write-docs': { type: 'boolean', default: false },
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
for (const client of prepareAll(chosen)) {
  const result = await runClient(client);
  results.push(result);
  const { client: name, passed, failed, notRun, seconds } = result;
  const counts = `${passed.length} passed, ${failed.length} failed, ${notRun.length} not run`;
  process.stderr.write(`${name}: ${counts} (${seconds.toFixed(1)} s)\n`);
}
if (values['write-docs']) await writePage();
console.log(
  values.output === 'json'
    ? JSON.stringify(results, null, 2)
    : `${tableOf(results)}\n${sumOf(results)}`,
);
process.exitCode = results.some(({ failed }) => failed.length > 0) ? 1 : 0;

async function writePage(): Promise<void> {
  await using sandbox = await startSandbox(mkdtempSync(path.join(tmpdir(), 'conformance-')));
  const earlier = readFileSync(PAGE, { encoding: 'utf8', flag: 'a+' });
  mkdirSync(path.dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, fidelityPage(await sandbox.routes(), results, earlier));
}
