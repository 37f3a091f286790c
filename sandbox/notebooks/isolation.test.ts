import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { findIsolation, type Isolation } from './isolation.ts';
import { newFolder, notebook, run } from './run-for-test.ts';

const PATCHED: Isolation = { kind: 'patched paths', because: 'the test wants it so' };

for (const kind of ['patched paths', 'bubblewrap'] as const) {
  test(`/dbfs and /Workspace are where a cluster has them, in Python and in shells (${kind})`, async (t) => {
    const isolation = await isolationOf(t, kind);
    if (!isolation) return;
    const folder = await newFolder(t);
    await mkdir(join(folder, 'root', 'workspace', 'Shared'), { recursive: true });
    await writeFile(join(folder, 'root/workspace/Shared/rows.py'), 'ROWS = 3\n');

    const { end, lines, events } = await run(
      folder,
      [
        '%sh\necho 1 > /dbfs/x.csv',
        'import os, sys\nopen("/dbfs/y.csv", "w").write("2")\nprint(sorted(os.listdir("/dbfs")))',
        'sys.path.append("/Workspace/Shared")\nimport rows\nprint(rows.ROWS)',
        'open("/dbfs/nowhere/z.csv")',
      ],
      { isolation },
    );

    assert.deepEqual(lines, ["2 stdout ['x.csv', 'y.csv']", '3 stdout 3']);
    assert.ok(end.kind === 'failed');
    assert.match(end.error, /FileNotFoundError: .*'\/dbfs\/nowhere\/z\.csv'$/u);
    assert.equal(await readFile(join(folder, 'root/dbfs/x.csv'), 'utf8'), '1\n');
    assert.ok(events[0]?.event === 'started' && events[0].isolation === kind);
  });

  test(`tasks hand on values, and run other notebooks (${kind})`, async (t) => {
    const isolation = await isolationOf(t, kind);
    if (!isolation) return;
    const folder = await newFolder(t);
    const child = 'dbutils.notebook.exit(dbutils.widgets.get("n") * 2)';
    await writeFile(join(folder, 'child.py'), notebook([child]));

    const { end } = await run(
      folder,
      [
        'dbutils.jobs.taskValues.set("rows", 7)',
        'dbutils.notebook.exit(dbutils.notebook.run("./child", 9, {"n": "4"}))',
      ],
      { isolation },
    );

    assert.deepEqual(end, { kind: 'succeeded', exit: '44', truncated: false });
    assert.equal(await readFile(join(folder, 'values', 'main.json'), 'utf8'), '{"rows": 7}');
  });
}

test('native code sees /dbfs too, and nobody sees a home or writes to the machine (bubblewrap)', async (t) => {
  const isolation = await isolationOf(t, 'bubblewrap');
  if (!isolation) return;
  const { lines } = await run(
    await newFolder(t),
    [
      'import sqlite3, os\nsqlite3.connect("/dbfs/db.sqlite").execute("create table a (b)").connection.commit()',
      'print(os.path.getsize("/dbfs/db.sqlite") > 0, os.environ["HOME"], os.listdir(os.environ["HOME"]))',
      `print(os.path.isdir(${JSON.stringify(homedir())}) and ".bash_history" in os.listdir(${JSON.stringify(homedir())}))`,
      'try:\n    open("/usr/here", "w")\nexcept OSError as error:\n    print(error.strerror)',
    ],
    { isolation },
  );

  assert.deepEqual(lines, [
    '2 stdout True /home/sandbox []',
    '3 stdout False',
    '4 stdout Read-only file system',
  ]);
});

test('the network stays: the emulated services are on this machine (bubblewrap)', async (t) => {
  const isolation = await isolationOf(t, 'bubblewrap');
  if (!isolation) return;
  const server = createServer((_, response) => response.end('reached'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const { lines } = await run(
    await newFolder(t),
    [
      `import urllib.request\nprint(urllib.request.urlopen("http://127.0.0.1:${port}").read().decode())`,
    ],
    { isolation },
  );

  assert.deepEqual(lines, ['1 stdout reached']);
});

/** The isolation of this kind; null, with the test skipped, where the machine has none. */
async function isolationOf(t: TestContext, kind: Isolation['kind']): Promise<Isolation | null> {
  if (kind === 'patched paths') return PATCHED;
  const found = await findIsolation();
  if (found.kind === kind) return found;
  t.skip(found.because);
  return null;
}
