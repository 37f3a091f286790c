import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  alive,
  canceledOnceItRuns,
  follow,
  newFolder,
  notebook,
  order,
  run,
} from './run-for-test.ts';

test('a trivial notebook runs start to end in well under half a second', async (t) => {
  const folder = await newFolder(t);

  const runs = [];
  // Three, because the machine may be busy with something else during one.
  for (const exit of ['a', 'b', 'c']) {
    runs.push(await run(folder, [`dbutils.notebook.exit("${exit}")`]));
  }

  assert.deepEqual(runs[2]?.end, { kind: 'succeeded', exit: 'c', truncated: false });
  const fastest = Math.min(...runs.map(({ ms }) => ms));
  assert.ok(fastest < 500, `it took ${fastest} ms`);
});

test('a notebook that never calls exit succeeds without a value', async (t) => {
  const { end } = await run(await newFolder(t), ['x = 1']);

  assert.deepEqual(end, { kind: 'succeeded', exit: null, truncated: false });
});

test('output comes one event a line, however it was written, and the last expression is shown', async (t) => {
  const { lines } = await run(await newFolder(t), [
    'import sys\nprint("a", "b", sep="-")\nsys.stdout.write("c")\nsys.stdout.write("d\\ne")',
    'print("to stderr", file=sys.stderr)\n{"auc": 0.9}',
    '1 + 1;',
    'None',
  ]);

  assert.deepEqual(lines, [
    '1 stdout a-b',
    '1 stdout cd',
    '1 stdout e',
    '1 display 3',
    '2 stderr to stderr',
    "2 display {'auc': 0.9}",
  ]);
});

test('a traceback starts at the frame of the notebook and names its cell', async (t) => {
  const { end, events } = await run(await newFolder(t), [
    'def divide(a, b):\n    return a / b',
    'divide(1, 0)',
    'print("never")',
  ]);

  assert.ok(end.kind === 'failed');
  assert.equal(end.error, 'ZeroDivisionError: division by zero');
  assert.equal(end.cell, 2);
  assert.match(end.trace, /^Traceback \(most recent call last\):\n {2}File "<command-2>", line 1/u);
  assert.match(end.trace, /File "<command-1>", line 2, in divide\n {4}return a \/ b/u);
  assert.doesNotMatch(end.trace, /runner\.py/u);
  assert.equal(events.filter((one) => one.event === 'cell_started').length, 2);
});

test('no frame of the runner shows where a cell fails within dbutils or a patched open', async (t) => {
  const folder = await newFolder(t);

  const widget = await run(folder, ['dbutils.widgets.get("nobody")']);
  const file = await run(folder, ['open("/dbfs/not/there")']);
  const syntax = await run(folder, ['x = 1', 'if True print(1)']);

  assert.ok(widget.end.kind === 'failed' && file.end.kind === 'failed');
  assert.ok(syntax.end.kind === 'failed');
  assert.equal(
    widget.end.error,
    'com.databricks.dbutils_v1.InputWidgetNotDefined: No input widget named nobody is defined',
  );
  assert.match(file.end.error, /^FileNotFoundError: .*'\/dbfs\/not\/there'$/u);
  assert.match(syntax.end.trace, /File "<command-2>", line 1/u);
  for (const { end } of [widget, file, syntax]) {
    assert.ok(end.kind === 'failed');
    assert.doesNotMatch(end.trace, /runner\.py|\/tmp\//u);
  }
});

test('a passed parameter wins over the default, which wins over nothing', async (t) => {
  const { end } = await run(
    await newFolder(t),
    [
      'dbutils.widgets.text("passed", "default", "Label")',
      'dbutils.widgets.dropdown("declared", "a", ["a", "b"])',
      'w = dbutils.widgets\nw.get("passed") + w.get("declared") + w.get("undeclared")',
      'dbutils.notebook.exit("|".join([w.get("passed"), w.get("declared"), w.get("undeclared")]))',
    ],
    { params: { passed: '1', undeclared: '2' } },
  );

  assert.deepEqual(end, { kind: 'succeeded', exit: '1|a|2', truncated: false });
});

test('an exit passes through except Exception, and the cells after it do not run', async (t) => {
  const { end, lines } = await run(await newFolder(t), [
    'try:\n    dbutils.notebook.exit("early")\nexcept Exception:\n    print("swallowed")',
    'print("late")',
  ]);

  assert.deepEqual(end, { kind: 'succeeded', exit: 'early', truncated: false });
  assert.deepEqual(lines, []);
});

test('secrets are redacted in output, displays, values and traces', async (t) => {
  const { end, events } = await run(
    await newFolder(t),
    [
      'p = dbutils.secrets.get("kv", "pw")\nprint("it is", p)\np',
      '%sh\necho from a shell',
      'raise RuntimeError("no login with " + p)',
    ],
    { secrets: { kv: { pw: 'hunter2hunter2' } }, context: { apiToken: 'dapi-of-the-run' } },
  );

  assert.ok(end.kind === 'failed');
  assert.equal(end.error, 'RuntimeError: no login with [REDACTED]');
  assert.doesNotMatch(JSON.stringify(events), /hunter2/u);
});

test('%run shares its names, and its cells are named after the cell that ran them', async (t) => {
  const folder = await newFolder(t);
  await writeFile(join(folder, 'tools.py'), notebook(['X = 40', 'def fail():\n    1 / 0']));

  const shared = await run(folder, ['%run ./tools', 'dbutils.notebook.exit(str(X + 2))']);
  const failing = await run(folder, ['%run ./tools', 'fail()']);
  const missing = await run(folder, ['%run ./nowhere']);

  assert.deepEqual(shared.end, { kind: 'succeeded', exit: '42', truncated: false });
  assert.ok(failing.end.kind === 'failed' && missing.end.kind === 'failed');
  assert.match(failing.end.trace, /File "<command-1\.2>", line 2, in fail/u);
  assert.match(missing.end.error, /^FileNotFoundError: Notebook not found: \.\/nowhere\./u);
});

test('shells, files and notes: %sh, %sh -e, %fs and %pip', async (t) => {
  const folder = await newFolder(t);
  const { end, lines } = await run(folder, [
    '%sh\nmkdir -p /dbfs/data\necho 1 > /dbfs/data/x.csv; false',
    '%fs ls /data',
    '%pip install mlflow',
    'open("/dbfs/data/y.csv", "w").write("2")\nimport os\nsorted(os.listdir("/dbfs/data"))',
    '%sh -e\nfalse\necho never',
  ]);

  assert.ok(end.kind === 'failed');
  assert.match(end.error, /CalledProcessError: .*exit status 1/u);
  assert.match(lines[0] ?? '', /^2 display .*path='dbfs:\/data\/x\.csv', name='x\.csv', size=2/u);
  assert.match(lines[1] ?? '', /^3 stdout Note: %pip install mlflow: not installed/u);
  assert.equal(lines[2], "4 display ['x.csv', 'y.csv']");
  assert.equal(await readFile(join(folder, 'root/dbfs/data/y.csv'), 'utf8'), '2');
});

test('magics in Python cells work where plain Python would be a syntax error, and only there', async (t) => {
  const { lines } = await run(await newFolder(t), [
    'x = (7\n% 4)\nprint(x)',
    'import math\n%pip install x\n!echo from a shell',
  ]);

  assert.deepEqual(
    lines.map((line) => line.slice(0, 24)),
    ['1 stdout 3', '2 stdout Note: %pip inst', '2 stdout from a shell'],
  );
});

test('what the sandbox cannot do is refused by name', async (t) => {
  const folder = await newFolder(t);
  await writeFile(join(folder, 'plain.py'), 'print(1)\n');

  const ends = await Promise.all([
    run(folder, ['%sql\nSELECT 1'], {}, 'sql'),
    run(folder, ['dbutils.credentials.assumeRole("x")'], {}, 'credentials'),
    run(folder, ['%run ./plain'], {}, 'plain-run'),
  ]);

  const errors = ends.map(({ end }) => (end.kind === 'failed' ? end.error : end.kind));
  assert.match(errors[0] ?? '', /UnsupportedInSandbox: %sql is not available in the sandbox/u);
  assert.match(
    errors[1] ?? '',
    /dbutils\.credentials\.assumeRole is not available in the sandbox/u,
  );
  assert.match(errors[2] ?? '', /The file is no notebook/u);
});

test('dbutils.notebook.run gives parameters, takes the exit value, and raises when it fails', async (t) => {
  const folder = await newFolder(t);
  const child = 'n = int(dbutils.widgets.get("n"))\ndbutils.notebook.exit(str(10 // n))';
  await writeFile(join(folder, 'child.py'), notebook([child]));

  const good = await run(folder, [
    'dbutils.notebook.exit(dbutils.notebook.run("child", 9, {"n": 2}))',
  ]);
  const bad = await run(folder, ['dbutils.notebook.run("child", 9, {"n": 0})']);

  assert.deepEqual(good.end, { kind: 'succeeded', exit: '5', truncated: false });
  assert.ok(bad.end.kind === 'failed');
  assert.match(bad.end.error, /^com\.databricks\.WorkflowException: .*ZeroDivisionError/u);
});

test('a notebook knows where it runs, in each of the ways notebooks ask', async (t) => {
  const context = {
    host: 'adb-1.2.azuredatabricks.net',
    apiUrl: 'https://adb-1.2.azuredatabricks.net',
    apiToken: 'dapi-of-the-run',
    notebookPath: '/Repos/x/nb',
    taskRunId: '17',
    jobId: '4',
  };

  const { end } = await run(
    await newFolder(t),
    [
      'c = dbutils.notebook.entry_point.getDbutils().notebook().getContext()\nimport json',
      'j = json.loads(c.toJson())',
      'assert c.apiToken().get() == "dapi-" + "of-the-run"',
      'dbutils.notebook.exit(json.dumps([c.apiUrl().get(), c.notebookPath().get(), j["currentRunId"]["id"],' +
        ' j["tags"]["jobId"], c.tags().get("runId").get(), c.currentRunId().isDefined(), c.userName().isDefined()]))',
    ],
    { context },
  );

  assert.ok(end.kind === 'succeeded');
  assert.deepEqual(JSON.parse(end.exit ?? ''), [
    'https://adb-1.2.azuredatabricks.net',
    '/Repos/x/nb',
    17,
    '4',
    '17',
    true,
    false,
  ]);
});

test('an .ipynb runs like its source, markdown left out', async (t) => {
  const folder = await newFolder(t);
  const cells = [
    { cell_type: 'markdown', source: ['# Title\n', 'Text'] },
    { cell_type: 'code', source: ['x = 20\n', 'x + 1'] },
    { cell_type: 'code', source: 'dbutils.notebook.exit(str(x))' },
  ];
  const file = join(folder, 'jupyter.ipynb');
  await writeFile(file, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));

  const { end, lines } = await follow(order(folder, file));

  assert.deepEqual(end, { kind: 'succeeded', exit: '20', truncated: false });
  assert.deepEqual(lines, ['2 display 21']);
});

test('imports see the folder of the notebook and what lies below /Workspace', async (t) => {
  const folder = await newFolder(t);
  await writeFile(join(folder, 'beside.py'), 'VALUE = 1\n');

  const { end } = await run(folder, [
    'import os, sys, pickle\nos.makedirs("/Workspace/lib", exist_ok=True)',
    'with open("/Workspace/lib/shared_lib.py", "w") as f: f.write("VALUE = 2")',
    'sys.path.append("/Workspace/lib")\nimport beside, shared_lib',
    'class Thing: pass\npickle.loads(pickle.dumps(Thing()))',
    'dbutils.notebook.exit(str(beside.VALUE + shared_lib.VALUE))',
  ]);

  assert.deepEqual(end, { kind: 'succeeded', exit: '3', truncated: false });
});

test('a canceled notebook is canceled with all it started, at once if it listens', async (t) => {
  const { end, before, after } = await canceledOnceItRuns(t, '');

  assert.deepEqual(end, { kind: 'canceled' });
  assert.ok(before.length >= 2);
  assert.deepEqual(after, []);
});

test('a notebook that takes no notice of the interrupt is killed', async (t) => {
  const { end, before, after } = await canceledOnceItRuns(
    t,
    'import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n',
    50,
  );

  assert.deepEqual(end, { kind: 'canceled' });
  assert.ok(before.length >= 2);
  assert.deepEqual(after, []);
});

test('a notebook is stopped at its timeout', async (t) => {
  const { end, ms } = await run(await newFolder(t), ['import time\ntime.sleep(30)'], {
    timeoutMs: 300,
  });

  assert.deepEqual(end, { kind: 'timed-out' });
  assert.ok(ms < 2000, `it took ${ms} ms`);
});

test('a process that dies is a failure, whatever it had printed', async (t) => {
  const { end } = await run(await newFolder(t), [
    'import os\nos.write(2, b"out of memory")\nos._exit(0)',
  ]);

  assert.ok(end.kind === 'died');
  assert.equal(end.error, 'The Python process exited with exit code 0.');
  assert.match(end.trace, /out of memory/u);
});

test('a process left in the background does not outlive its notebook', async (t) => {
  const mark = randomUUID();
  const { end } = await run(
    await newFolder(t),
    ['import subprocess\nsubprocess.Popen(["sleep", "30"], start_new_session=False)'],
    { environment: { MARK: mark } },
  );

  assert.equal(end.kind, 'succeeded');
  assert.deepEqual(await alive(mark), []);
});
