import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ConfigError } from '../../lib/errors.ts';
import { type NotebookOptions, submissionOf } from './submission-of.ts';

const AZURE = { gitUrl: 'https://dev.azure.com/contoso/Wines/_git/wine-quality', branch: 'main' };
const FILES = new Map([
  ['cluster.json', '{"spark_version": "15.4.x-scala2.12", "num_workers": 0}'],
  ['list.json', '[]'],
  [
    'tasks.yaml',
    `name: CI
tasks:
  - { key: prep, notebook: notebooks/prep.ipynb, parameters: { rows: 3, deep: true }, max_retries: 1 }
  - { key: train, notebook: notebooks/train, depends_on: [prep], timeout: 30m, existing_cluster: c-1 }
`,
  ],
  ['circle.yaml', tasks('{key: a, depends_on: [b]}', '{key: b, depends_on: [a]}')],
  ['twice.yaml', tasks('{key: a}', '{key: a}')],
  ['unknown.yaml', tasks('{key: a, depends_on: [x]}')],
  ['odd.yaml', tasks('{key: a, retries: 3}')],
  ['broken.yaml', 'tasks: [}'],
]);

test('a notebook of a repository is taken from there, at one state, without its extension', () => {
  const { tasks: all, ...run } = submit('notebooks/data_prep.py', {
    ...AZURE,
    param: { run_name: 'main' },
    newCluster: 'cluster.json',
    timeout: 90_500,
  });

  assert.deepEqual(run, {
    run_name: 'notebooks/data_prep.py',
    git_source: {
      git_url: AZURE.gitUrl,
      git_provider: 'azureDevOpsServices',
      git_branch: 'main',
    },
    timeout_seconds: 91,
  });
  assert.deepEqual(all, [
    {
      task_key: 'data_prep',
      notebook_task: {
        notebook_path: 'notebooks/data_prep',
        source: 'GIT',
        base_parameters: { run_name: 'main' },
      },
      depends_on: [],
      new_cluster: { spark_version: '15.4.x-scala2.12', num_workers: 0 },
    },
  ]);
});

test('several tasks have what is theirs, and the rest from the command line', () => {
  const { run_name, tasks: all } = submit(undefined, {
    ...AZURE,
    file: 'tasks.yaml',
    newCluster: 'cluster.json',
    param: { rows: '9', run_name: 'main' },
  });

  assert.equal(run_name, 'CI');
  assert.partialDeepStrictEqual(all, [
    {
      task_key: 'prep',
      notebook_task: {
        notebook_path: 'notebooks/prep',
        base_parameters: { rows: '3', deep: 'true', run_name: 'main' },
      },
      max_retries: 1,
      new_cluster: { num_workers: 0 },
    },
    {
      task_key: 'train',
      depends_on: [{ task_key: 'prep' }],
      timeout_seconds: 1800,
      existing_cluster_id: 'c-1',
    },
  ]);
  assert(!('new_cluster' in (all[1] ?? {})));
});

test('what contradicts itself is refused by name, and starts nothing', () => {
  const cases: readonly (readonly [string | undefined, NotebookOptions, RegExp])[] = [
    [undefined, {}, /give the path/],
    ['/a', { file: 'tasks.yaml' }, /not both/],
    ['a', {}, /begins with \//],
    ['/a', AZURE, /without the slash/],
    ['/a', { branch: 'main' }, /need --git-url/],
    ['a', { gitUrl: AZURE.gitUrl }, /needs one of/],
    ['a', { ...AZURE, tag: 'v1' }, /needs one of/],
    ['a', { ...AZURE, gitUrl: 'https://me:secret@github.com/a/b' }, /holds a credential/],
    ['a', { ...AZURE, gitUrl: 'https://token@github.com/a/b' }, /holds a credential/],
    ['a', { ...AZURE, gitUrl: 'git@github.com:a/b' }, /no address/],
    ['a', { ...AZURE, gitUrl: 'https://git.contoso.com/a/b' }, /git\.contoso\.com/],
    ['/a', { newCluster: 'cluster.json', existingCluster: 'c' }, /do not go together/],
    ['/a', { newCluster: 'list.json' }, /no JSON object/],
    ['/a', { newCluster: 'missing.json' }, /cannot be read/],
    [undefined, { file: 'circle.yaml' }, /wait for each other: a, b/],
    [undefined, { file: 'twice.yaml' }, /two tasks a/],
    [undefined, { file: 'unknown.yaml' }, /depends on x, which is no task/],
    [undefined, { file: 'odd.yaml' }, /odd\.yaml: .*retries/s],
    [undefined, { file: 'broken.yaml' }, /broken\.yaml/],
  ];
  for (const [path, options, message] of cases) {
    assert.throws(
      () => submit(path, options),
      (error) => {
        assert(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret|token@/);
        return true;
      },
    );
  }
});

function submit(path: string | undefined, options: NotebookOptions) {
  return submissionOf(path, options, (file) => {
    const text = FILES.get(file);
    if (text === undefined) throw new Error(`there is no ${file}`);
    return text;
  });
}

function tasks(...all: readonly string[]): string {
  return `tasks:\n${all.map((one) => `  - ${one.replace('{', '{notebook: /a, ')}\n`).join('')}`;
}
