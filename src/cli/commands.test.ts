import assert from 'node:assert/strict';
import { test } from 'node:test';

import { commands } from './commands.ts';

test('each command of the list is the one that its file makes', async () => {
  const made = await Promise.all(
    commands.map(async ({ load }) => (await (await load())(() => undefined, [])).name()),
  );

  assert.deepEqual(
    made,
    commands.map(({ name }) => name),
  );
});
