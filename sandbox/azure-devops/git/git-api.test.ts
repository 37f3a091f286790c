import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base, member, openForTest, type TestOrganization } from '../open-for-test.ts';

const files = {
  'azure-pipelines.yml':
    'trigger:\n  branches:\n    include: [dev]\nsteps:\n- script: cat note.txt\n  displayName: Read\n',
  'data/a.txt': 'a file\n',
  'data/deep/b.txt': 'another\n',
};
const repository = `${base}/git/repositories/wine-quality`;

test('files and folders are read at a branch, a tag or a commit', async () => {
  await using azure = await openForTest({ files, branches: ['dev'] });
  const head = await headOf(azure, 'main');
  const of = (query: string) => azure.send('GET', `${repository}/items?${query}`);

  assert.equal(await (await of('path=/data/a.txt')).text(), 'a file\n');
  const json = z
    .looseObject({ content: z.string(), gitObjectType: z.string(), commitId: z.string() })
    .parse(
      await (
        await of(
          'path=data/a.txt&$format=json&includeContent=true&versionDescriptor.version=dev&versionDescriptor.versionType=branch',
        )
      ).json(),
    );
  assert.deepEqual([json.content, json.gitObjectType, json.commitId], ['a file\n', 'blob', head]);
  const list = await azure.json('GET', `${repository}/items?scopePath=/data&recursionLevel=Full`);
  assert.deepEqual(
    z
      .array(z.looseObject({ path: z.string() }))
      .parse(list['value'])
      .map(({ path }) => path),
    ['/data', '/data/a.txt', '/data/deep', '/data/deep/b.txt'],
  );
  const gone = await of('path=/nosuch');
  assert.equal(gone.status, 404);
  assert.match(
    await gone.text(),
    /TF401174: The item '\/nosuch' could not be found in the repository 'wine-quality' at the version specified by '<Branch: main>' \(resolved to commit '[0-9a-f]{40}'\)/,
  );
  const unknown = await of('path=/a&versionDescriptor.version=nosuch');
  assert.match(await unknown.text(), /TF401175:The version descriptor <Branch: nosuch> could not/);
});

test('a commit is pushed over the API, starts its pipeline, and is found again', async () => {
  await using azure = await openForTest({ files });
  const head = await headOf(azure, 'main');

  const response = await push(azure, 'refs/heads/dev', head, [
    { changeType: 'add', item: { path: '/note.txt' }, newContent: raw('read me') },
    { changeType: 'edit', item: { path: '/data/a.txt' }, newContent: raw('changed\n') },
    { changeType: 'rename', item: { path: '/data/c.txt' }, sourceServerItem: '/data/deep/b.txt' },
  ]);
  assert.equal(response.status, 201);
  const { pushId, commits, refUpdates } = z
    .looseObject({
      pushId: z.number(),
      commits: z.array(z.looseObject({ commitId: z.string(), comment: z.string() })),
      refUpdates: z.array(z.looseObject({ newObjectId: z.string(), oldObjectId: z.string() })),
    })
    .parse(await response.json());
  const [commit] = commits;
  assert.equal(commit?.comment, 'Change things');
  assert.deepEqual(refUpdates[0]?.oldObjectId, '0'.repeat(40));

  const run = await azure.ended(1001);
  assert.match(run.log('Read'), /read me/);
  const id = commit?.commitId ?? '';
  const changes = await azure.json('GET', `${repository}/commits/${id}/changes`);
  assert.deepEqual(changes['changeCounts'], { Add: 2, Edit: 1, Delete: 1 });
  const query = 'searchCriteria.itemVersion.version=dev&searchCriteria.itemPath=/note.txt';
  const found = await azure.json('GET', `${repository}/commits?${query}`);
  assert.equal(found['count'], 1);
  assert.deepEqual((await azure.json('GET', `${repository}/commits/${id}`))['parents'], [head]);
  assert.equal((await azure.json('GET', `${repository}/pushes`))['count'], 1);
  const pushed = await azure.json('GET', `${repository}/pushes/${pushId}`);
  assert.match(JSON.stringify(pushed['commits']), /Change things/);
});

test('a push that does not fit what is there changes nothing', async () => {
  await using azure = await openForTest({ files });
  const head = await headOf(azure, 'main');
  const dev = 'refs/heads/dev';
  const refusals = [
    [await push(azure, 'refs/heads/main', '0'.repeat(40), [note]), 409, /^TF401028: The reference/],
    [await push(azure, dev, 'f'.repeat(40), [note]), 404, /^TF401178: The commit with ID/],
    [
      await push(azure, dev, head, [{ ...note, item: { path: 'data/a.txt' } }]),
      400,
      /^The path '\/data\/a\.txt' already exists/,
    ],
    [await push(azure, dev, head, [{ ...note, changeType: 'edit' }]), 404, /^TF401174/],
    [await push(azure, dev, head, [{ ...note, item: { path: '../x' } }]), 400, /is not valid/],
    [await push(azure, 'dev', head, [note]), 400, /^TF401021/],
  ] as const;
  for (const [response, status, message] of refusals) {
    assert.equal(response.status, status);
    assert.match(z.object({ message: z.string() }).parse(await response.json()).message, message);
  }
  assert.equal((await azure.json('GET', `${repository}/refs`))['count'], 1);
});

test('refs are changed each on its own, and the answer is a 200 whatever becomes of them', async () => {
  await using azure = await openForTest({ files });
  const head = await headOf(azure, 'main');
  const nothing = '0'.repeat(40);

  const answer = await azure.json('POST', `${repository}/refs`, [
    { name: 'refs/heads/new', oldObjectId: nothing, newObjectId: head },
    { name: 'refs/heads/main', oldObjectId: nothing, newObjectId: head },
    { name: 'nosuch', oldObjectId: nothing, newObjectId: head },
    { name: 'refs/heads/other', oldObjectId: nothing, newObjectId: 'f'.repeat(40) },
    { name: 'refs/heads/new/below', oldObjectId: nothing, newObjectId: head },
    { name: 'refs/heads/new', oldObjectId: head, newObjectId: nothing },
  ]);

  assert.deepEqual(
    z
      .array(z.looseObject({ updateStatus: z.string() }))
      .parse(answer['value'])
      .map(({ updateStatus }) => updateStatus),
    [
      'succeeded',
      'staleOldObjectId',
      'invalidRefName',
      'unresolvableToCommit',
      'refNameConflict',
      'succeeded',
    ],
  );
});

test('a repository is created, empty, and filled by a first push', async () => {
  await using azure = await openForTest({ files });

  const made = await azure.send('POST', `${base}/git/repositories`, { name: 'new one' });
  assert.equal(made.status, 201);
  const { id, ...about } = z.looseObject({ id: z.string() }).parse(await made.json());
  assert.equal(about['name'], 'new one');
  assert.equal('defaultBranch' in about, false);
  const again = await azure.send('POST', '/contoso/_apis/git/repositories', { name: 'NEW one' });
  assert.equal(again.status, 409);
  assert.match(
    await again.text(),
    /TF400948: A Git repository with the name NEW one already exists/,
  );
  await push(azure, 'refs/heads/main', '0'.repeat(40), [note], id);

  const filled = await azure.json('GET', `${base}/git/repositories/${id}`);
  assert.equal(filled['defaultBranch'], 'refs/heads/main');
  const text = await azure.send('GET', `${base}/git/repositories/${id}/items?path=/note.txt`);
  assert.equal(await text.text(), 'a note');
});

test('who may not contribute is told so, by git as well', async () => {
  await using azure = await openForTest({
    files,
    azure: {
      denied: [
        { principal: member, right: 'GitRepositories.GenericContribute' },
        { principal: member, right: 'GitRepositories.CreateRepository' },
      ],
    },
  });
  const head = await headOf(azure, 'main');

  const response = await push(azure, 'refs/heads/dev', head, [note]);
  assert.equal(response.status, 403);
  assert.match(await response.text(), /You need the Git 'GenericContribute' permission/);
  const [ref] = z
    .array(z.looseObject({ updateStatus: z.string() }))
    .parse(
      (
        await azure.json('POST', `${repository}/refs`, [
          { name: 'refs/heads/new', oldObjectId: '0'.repeat(40), newObjectId: head },
        ])
      )['value'],
    );
  assert.equal(ref?.updateStatus, 'writePermissionRequired');
  const git = '/contoso/MLFlowHooks/_git/wine-quality/info/refs?service=git-receive-pack';
  const pushing = await azure.send('GET', git);
  assert.equal(pushing.status, 403);
  assert.match(await pushing.text(), /^TF401027/);
  const made = await azure.send('POST', `${base}/git/repositories`, { name: 'new' });
  assert.match(await made.text(), /'CreateRepository' permission .* scope 'project'/);
});

const note = { changeType: 'add', item: { path: '/note.txt' }, newContent: raw('a note') };

function raw(content: string) {
  return { content, contentType: 'rawtext' };
}

function push(
  azure: TestOrganization,
  name: string,
  oldObjectId: string,
  changes: readonly unknown[],
  of = 'wine-quality',
): Promise<Response> {
  return azure.send('POST', `${base}/git/repositories/${of}/pushes`, {
    refUpdates: [{ name, oldObjectId }],
    commits: [{ comment: 'Change things', changes }],
  });
}

async function headOf(azure: TestOrganization, branch: string): Promise<string> {
  const { value } = await azure.json('GET', `${repository}/refs?filter=heads/${branch}`);
  const [ref] = z.array(z.object({ objectId: z.string() })).parse(value);
  return ref?.objectId ?? '';
}
