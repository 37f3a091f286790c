import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newFolder, run } from './run-for-test.ts';

/**
 * Every public member of the official stub.
 *
 * Source: databricks-sdk-py databricks/sdk/runtime/dbutils_stub.py.
 */
const MEMBERS = {
  credentials: ['assumeRole', 'showCurrentRole', 'showRoles', 'getCurrentCredentials'],
  data: ['summarize'],
  fs: [
    'cp',
    'head',
    'ls',
    'mkdirs',
    'mv',
    'put',
    'rm',
    'cacheFiles',
    'cacheTable',
    'uncacheFiles',
    'uncacheTable',
    'mount',
    'updateMount',
    'mounts',
    'refreshMounts',
    'unmount',
  ],
  'jobs.taskValues': ['get', 'set'],
  library: ['restartPython'],
  notebook: ['exit', 'run'],
  secrets: ['get', 'getBytes', 'list', 'listScopes'],
  widgets: [
    'get',
    'getArgument',
    'text',
    'dropdown',
    'combobox',
    'multiselect',
    'remove',
    'removeAll',
  ],
};

/** What the sandbox has and refuses, each with advice. */
const REFUSED = [
  'credentials.assumeRole',
  'credentials.showCurrentRole',
  'credentials.showRoles',
  'credentials.getCurrentCredentials',
  'data.summarize',
  'fs.cacheFiles',
  'fs.cacheTable',
  'fs.uncacheFiles',
  'fs.uncacheTable',
  'fs.mount',
  'fs.updateMount',
  'fs.unmount',
];

test('every member of the official stub of dbutils is there, or refuses by its name', async (t) => {
  const folder = await newFolder(t);
  const names = Object.entries(MEMBERS).flatMap(([part, members]) =>
    members.map((member) => `${part}.${member}`),
  );

  const { lines } = await run(folder, [
    'from operator import attrgetter',
    `for name in ${JSON.stringify(names)}:\n    assert callable(attrgetter(name)(dbutils)), name`,
    `for name in ${JSON.stringify(REFUSED)}:\n    try:\n        attrgetter(name)(dbutils)("x", "y")\n    except Exception as error:\n        print(type(error).__name__, f"dbutils.{name} is not" in str(error))`,
  ]);

  assert.deepEqual(
    lines,
    REFUSED.map(() => '3 stdout UnsupportedInSandbox True'),
  );
});

test('dbutils.fs moves, copies, lists and tells of mounts', async (t) => {
  const { end } = await run(await newFolder(t), [
    'fs = dbutils.fs\nfs.mkdirs("/a/b")\nfs.put("dbfs:/a/b/x.txt", "twelve bytes")',
    'fs.cp("/a/b", "/c", recurse=True)\nfs.mv("/c/x.txt", "/c/y.txt")',
    'assert fs.head("/c/y.txt", max_bytes=6) == "twelve" and fs.refreshMounts()',
    'names = [(f.path, f.size, f.isDir()) for f in fs.ls("/")]',
    'fs.rm("/a", True)\ndbutils.notebook.exit(str([names, fs.mounts()[0].mountPoint, fs.ls("/c")[0].name]))',
  ]);

  assert.deepEqual(end, {
    kind: 'succeeded',
    exit: "[[('dbfs:/a/', 0, True), ('dbfs:/c/', 0, True)], '/', 'y.txt']",
    truncated: false,
  });
});

test('secrets are listed by name, and widgets removed by theirs', async (t) => {
  const { lines, end } = await run(
    await newFolder(t),
    [
      'print([s.getName() for s in dbutils.secrets.listScopes()], [m.key for m in dbutils.secrets.list("kv")])',
      'dbutils.widgets.text("w", "1")\ndbutils.widgets.remove("w")\ndbutils.widgets.remove("w")',
    ],
    { secrets: { kv: { pw: 'hunter2hunter2' } } },
  );

  assert.deepEqual(lines, ["1 stdout ['kv'] ['pw']"]);
  assert.ok(end.kind === 'failed');
  assert.match(end.error, /No input widget named w is defined/u);
});

test('an exit value is cut at 5 MB, and says so', async (t) => {
  const folder = await newFolder(t);

  const long = await run(folder, ['dbutils.notebook.exit("é" * (3 * 1024 * 1024))']);
  const short = await run(folder, ['dbutils.notebook.exit("x" * (5 * 1024 * 1024))']);

  assert.ok(long.end.kind === 'succeeded' && short.end.kind === 'succeeded');
  assert.equal(Buffer.byteLength(long.end.exit ?? ''), 5 * 1024 * 1024);
  assert.deepEqual([long.end.truncated, short.end.truncated], [true, false]);
});

test('a cell shows at most 10 MB, and a run that shows more than 20 MB in all fails', async (t) => {
  const { end, events } = await run(await newFolder(t), [
    megabytes(12),
    'print("next")',
    megabytes(9),
    megabytes(9),
  ]);

  const warnings = events.filter(
    (event) => event.event === 'output' && event.text.startsWith('*** WARNING: max output size'),
  );
  assert.equal(warnings.length, 1);
  assert.ok(events.some((event) => event.event === 'output' && event.text === 'next'));
  assert.ok(end.kind === 'failed');
  assert.equal(end.cell, 4);
  assert.match(end.error, /The total output of the run exceeds 20 MB/u);
});

function megabytes(count: number): string {
  return `for _ in range(${count * 16}):\n    print("x" * ${64 * 1024 - 1})`;
}
