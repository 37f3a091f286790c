import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { endpointOf } from '../conformance/fidelity-page.ts';
import { startSandbox } from '../conformance/sandbox-process.ts';

const PAGE = path.join(import.meta.dirname, '../docs/reference/fidelity.md');

test('every endpoint of the sandbox is on the page about its fidelity, and no other', async () => {
  await using sandbox = await startSandbox(mkdtempSync(path.join(tmpdir(), 'fidelity-')));
  const page = readFileSync(PAGE, 'utf8');

  const emulated = (await sandbox.routes()).map((route) => `${route.service} ${endpointOf(route)}`);

  assert.ok(emulated.length > 100, `${emulated.length} endpoints`);
  const hint = 'bring it up to date with: npm run conformance -- curl --write-docs';
  assert.deepEqual(endpointsOn(page).toSorted(), emulated.toSorted(), hint);
});

function endpointsOn(page: string): readonly string[] {
  return page
    .split(/^## /mu)
    .slice(1)
    .flatMap((part) => {
      const service = part.slice(0, part.indexOf('\n'));
      return [...part.matchAll(/^\| (?<endpoint>`[^`]+`) \|/gmu)].map(
        ({ groups }) => `${service} ${groups?.['endpoint'] ?? ''}`,
      );
    });
}
