import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { newFolder, run } from './run-for-test.ts';

test('a small table is written and read again, and the output says that this is not Spark', async (t) => {
  const folder = await newFolder(t);

  const { end, lines } = await run(folder, [
    'df = spark.createDataFrame([("a", 1, True), ("b", None, False)], ["name", "n", "flag"])\ndf.show()',
    'df.write.format("delta").mode("overwrite").save("/tables/t")\ndf.write.option("header", True).csv("dbfs:/t.csv")',
    'back = spark.read.format("delta").load("/tables/t")\nprint(back.count(), back.columns, back.first().name)',
    'rows = spark.read.csv("/t.csv", header=True, inferSchema=True).collect()\nprint(rows)',
    'df.printSchema()\ndf.select("n").limit(1)',
  ]);

  assert.equal(end.kind, 'succeeded', JSON.stringify(end));
  assert.match(lines[0] ?? '', /^1 stdout spark-lite: not Spark\./u);
  assert.deepEqual(
    lines.slice(1).map((line) => line.slice(2)),
    [
      'stdout +----+----+-----+',
      'stdout |name|   n| flag|',
      'stdout +----+----+-----+',
      'stdout |   a|   1| true|',
      'stdout |   b|null|false|',
      'stdout +----+----+-----+',
      "stdout 2 ['name', 'n', 'flag'] a",
      "stdout [Row(name='a', n=1, flag=True), Row(name='b', n=None, flag=False)]",
      'stdout root',
      'stdout  |-- name: string (nullable = true)',
      'stdout  |-- n: bigint (nullable = true)',
      'stdout  |-- flag: boolean (nullable = true)',
      'display DataFrame[n: bigint] (spark-lite: not Spark)\n+-+\n|n|\n+-+\n|1|\n+-+',
    ],
  );
  const files = await readdir(join(folder, 'root/dbfs/tables/t'));
  assert.deepEqual(files.toSorted(), ['_SUCCESS', '_delta_log', 'part-00000.spark-lite.json']);
  const csv = await readFile(join(folder, 'root/dbfs/t.csv/part-00000.spark-lite.csv'), 'utf8');
  assert.equal(csv, 'name,n,flag\na,1,True\nb,,False\n');
});

test('json lines, single files, folders and the modes of writing are what Spark has', async (t) => {
  const { end, lines } = await run(await newFolder(t), [
    'dbutils.fs.put("/in.json", \'{"b": 1, "a": "x"}\\n{"a": "y"}\\n\')\nprint(spark.read.json("/in.json").collect())',
    'dbutils.fs.put("/plain.csv", "1;2\\n3;4\\n")\nprint(spark.read.option("sep", ";").csv("/plain.csv").collect())',
    'one = spark.createDataFrame([{"a": 1}])\none.write.json("/out")\none.write.mode("append").json("/out")\none.write.mode("ignore").json("/out")\nprint(spark.read.json("/out").count())',
    'one.write.mode("overwrite").json("/out")\nprint(spark.read.json("/out").take(5)[0].asDict())',
    'one.write.json("/out")',
  ]);

  assert.deepEqual(
    lines.filter((line) => !/Wrote|spark-lite/u.test(line)),
    [
      "1 stdout [Row(a='x', b=1), Row(a='y', b=None)]",
      "2 stdout [Row(_c0='1', _c1='2'), Row(_c0='3', _c1='4')]",
      '3 stdout 2',
      "4 stdout {'a': 1}",
    ],
  );
  assert.ok(end.kind === 'failed');
  assert.match(end.error, /\[PATH_ALREADY_EXISTS\] Path \/out already exists\./u);
});

test('whatever else of Spark a notebook asks for is refused by name, with advice', async (t) => {
  const { lines, end } = await run(await newFolder(t), [
    'df = spark.createDataFrame([(1,)], "a int")',
    'asks = [lambda: spark.sql("SELECT 1"), lambda: spark.table("t"), lambda: spark.read.parquet("/x"), lambda: spark.read.format("parquet"),\n' +
      '  lambda: df.groupBy("a"), lambda: df.write.saveAsTable("t"), lambda: sc.parallelize([1]), lambda: df.write.mode("odd")]',
    'for ask in asks:\n    try:\n        ask()\n    except Exception as error:\n        print(type(error).__name__, str(error).split(":")[0])',
    'spark.read.format("delta").load("/nowhere")',
  ]);

  assert.deepEqual(
    lines.slice(1).map((line) => line.replace('3 stdout UnsupportedInSandbox ', '')),
    [
      'spark.sql',
      'spark.table',
      'spark.read.parquet',
      "spark.read.format('parquet')",
      'DataFrame.groupBy',
      'DataFrame.write.saveAsTable',
      'sc.parallelize',
      "DataFrame.write.mode('odd')",
    ],
  );
  assert.ok(end.kind === 'failed');
  assert.match(end.error, /\[PATH_NOT_FOUND\] Path does not exist: \/nowhere/u);
});

test('toPandas needs pandas: without it, it says so', async (t) => {
  const { lines } = await run(await newFolder(t), [
    'import importlib.util\nhas = importlib.util.find_spec("pandas") is not None',
    'try:\n    n = len(spark.createDataFrame([(1,)], ["a"]).toPandas())\n    print(has and n == 1)\nexcept Exception as error:\n    print(not has and "this machine has no pandas" in str(error))',
  ]);

  assert.equal(lines.at(-1), '2 stdout True');
});
