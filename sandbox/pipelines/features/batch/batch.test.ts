import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import {
  base,
  openForTest,
  type TestOrganization,
  until,
} from '../../../azure-devops/open-for-test.ts';

const files = {
  'azure-pipelines.yml': `
trigger:
  batch: true
  branches:
    include: [main]
steps:
- bash: |
    cat note.txt; echo " $(Build.Reason)"
    until [ -e "$(go)" ]; do sleep 0.02; done
  displayName: Wait
`,
};

test('pushes wait for the run that goes on, and the newest then stands for all', async () => {
  await using azure = await openForTest({
    files,
    pipelines: [
      {
        name: 'Test',
        repository: 'wine-quality',
        path: 'azure-pipelines.yml',
        variables: { go: 'unset' },
      },
    ],
  });
  const go = join(azure.folder, 'go');
  const definition = await azure.json('GET', `${base}/build/definitions/1`);
  await azure.json('PUT', `${base}/build/definitions/1`, {
    ...definition,
    variables: { go: { value: go } },
  });

  for (const [index, word] of ['one', 'two', 'three'].entries()) {
    await push(azure, index === 0 ? 'add' : 'edit', word);
  }
  assert.equal((await azure.json('GET', `${base}/build/builds`))['count'], 1);
  await writeFile(go, '');
  const first = await azure.ended(1001);
  await until(async () => {
    const { count } = await azure.json('GET', `${base}/build/builds`);
    return count === 2 ? true : null;
  });
  const second = await azure.ended(1002);

  assert.match(first.log('Wait'), /\none BatchedCI\n/);
  assert.match(second.log('Wait'), /\nthree BatchedCI\n/);
  assert.equal(second.build['reason'], 'batchedCI');
});

async function push(azure: TestOrganization, changeType: string, content: string): Promise<void> {
  const repository = `${base}/git/repositories/wine-quality`;
  const refs = await azure.json('GET', `${repository}/refs?filter=heads/main`);
  const [main] = z.array(z.object({ objectId: z.string() })).parse(refs['value']);
  const response = await azure.send('POST', `${repository}/pushes`, {
    refUpdates: [{ name: 'refs/heads/main', oldObjectId: main?.objectId }],
    commits: [
      {
        comment: content,
        changes: [{ changeType, item: { path: '/note.txt' }, newContent: { content } }],
      },
    ],
  });
  assert.equal(response.status, 201);
}
