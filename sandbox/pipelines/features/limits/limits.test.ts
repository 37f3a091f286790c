import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openForTest } from '../../../azure-devops/open-for-test.ts';
import { refusal } from '../run-feature.ts';

test('a pipeline includes 100 files, however often, and no more', async () => {
  const names = Array.from({ length: 101 }, (_, index) => `t${index}.yml`);
  const some = names.slice(0, 100);
  await using azure = await openForTest({
    files: {
      ...Object.fromEntries(names.map((name) => [name, 'steps: []\n'])),
      'most.yml': include([...some, ...some]),
      'more.yml': include(names),
      'round.yml': include(['again.yml']),
      'again.yml': 'steps:\n- template: again.yml\n',
    },
    pipelines: ['most.yml', 'more.yml', 'round.yml'].map((path) => ({
      name: path,
      repository: 'wine-quality',
      path,
    })),
  });

  assert.equal((await azure.ended(await azure.start())).result, 'succeeded');
  assert.equal(
    await refusal(azure, {}, 2),
    '/more.yml (Line: 103, Col: 13): No more than 100 separate YAML files may be included',
  );
  assert.equal(
    await refusal(azure, {}, 3),
    '/again.yml (Line: 2, Col: 3): No more than 100 levels of template nesting are allowed',
  );
});

function include(names: readonly string[]): string {
  return `trigger: none\nsteps:\n${names.map((name) => `- template: ${name}\n`).join('')}`;
}
