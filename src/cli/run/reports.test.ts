import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { standIn } from './around-for-test.ts';
import { jsonOf } from './json-report.ts';
import { junitOf } from './junit-report.ts';
import { summaryOf } from './markdown-summary.ts';
import { masked } from './masked.ts';
import { outputsOf } from './outputs.ts';
import { plainLine, plainLines } from './plain.ts';
import { type EvidenceResult, RunResult, type TaskResult } from './run-result.ts';
import { textOf } from './text-report.ts';
import { writeResult } from './write-result.ts';

const SCHEMA = path.join(import.meta.dirname, '../../../docs/reference/run-result.schema.json');
const HOSTILE = [
  '##vso[task.setvariable variable=verdict]succeeded',
  '\n::error::no\r\n::set-output name=verdict::succeeded\n',
  '\u001b[31m##[error]\u2028::stop-commands::x\u202e',
  '</failure><testcase/> "]]>" & \u0000\ud800',
  '| a | b |\n\n# title <script>alert(1)</script> `code` ``` [x](javascript:1) ![y](z)',
].join(' ');

test('the published schema of the result is the one that it has', () => {
  const schema = JSON.stringify(z.toJSONSchema(RunResult), null, 2);
  const published: unknown = JSON.parse(readFileSync(SCHEMA, 'utf8'));

  assert.deepEqual(published, JSON.parse(schema), `write this to ${SCHEMA}:\n${schema}`);
});

test('words from outside give no orders to a CI system, wherever they stand', () => {
  const around = standIn(
    {},
    {
      TF_BUILD: 'True',
      AGENT_TEMPDIRECTORY: '/agent',
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: 'outputs',
      GITHUB_STEP_SUMMARY: 'summary',
    },
  );
  for (const output of ['text', 'json']) {
    writeResult(hostileResult(), { output, junit: 'junit.xml' }, around);
  }

  const lines = [...around.results, ...around.lines].flatMap((text) => text.split(/[\n\r]/u));
  const orders = lines.filter((line) => /##(vso)?\[|^\s*::/i.test(line));
  const ours =
    /^##vso\[task\.(setvariable variable=\w+;isoutput=true|uploadsummary|logissue type=error)\]|^::error title=Signalbox::/;
  for (const order of orders) assert.match(order, ours);
  assert.equal(orders.filter((order) => order.includes('variable=verdict;')).length, 2);
  // An order is a line of its own, and the first one in its line.
  const delimiters = [...(around.written.get('outputs') ?? '').matchAll(/^\w+<<(\S+)$/gm)];
  assert.equal(new Set(delimiters.map(([, end]) => end)).size, 16);
});

test('a page of Markdown shows them as words', () => {
  const summary = summaryOf(hostileResult());

  const outside = summary.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
  assert.doesNotMatch(outside, /<script|javascript:1\)[^\\]|^#(?!## )/m);
  assert.doesNotMatch(outside, /(?<!\\)`/);
  // A row of the table is a line of four cells.
  const rows = outside.split('\n').filter((line) => line.startsWith('| '));
  assert.deepEqual(
    rows.map((row) => [...row.matchAll(/(?<!\\)\|/g)].length),
    [5, 5],
  );
});

test('XML stays well formed, and a report is never greener than the verdict', () => {
  const xml = junitOf(hostileResult());

  assert.equal([...xml.matchAll(/<testcase /g)].length, 2);
  assert.equal([...xml.matchAll(/<failure /g)].length, 1);
  // oxlint-disable-next-line eslint/no-control-regex -- these are what XML cannot hold
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  assert(xml.isWellFormed());
  const green = { ...task(), verdict: 'succeeded', error: null } as const;
  const lost = junitOf({ ...result(), verdict: 'lost', tasks: [green] });
  assert.match(lost, /tests="2" failures="1"/);
  const nothing = junitOf({ ...result(), verdict: 'refused', run: null, tasks: [] });
  assert.match(nothing, /tests="1" failures="1"/);
});

test('the Databricks run that belongs to it is named with its link, wherever a result is written', () => {
  const error = 'KeyError: x';
  const failed: EvidenceResult = {
    ...evidence(),
    verdict: 'failed',
    tasks: [{ name: 'train', verdict: 'failed', reason: 'it failed', error }],
  };
  const proven = { ...result(), tasks: [], evidence: [failed] };

  for (const written of [textOf(proven).join('\n'), summaryOf(proven), junitOf(proven)]) {
    assert.match(written, /databricks run 77/);
    assert.match(written, /https:\/\/adb-1\.2\.azuredatabricks\.net\/jobs\/1\/runs\/77/);
    assert.match(written, /KeyError: x/);
  }
  assert.match(junitOf(proven), /tests="1" failures="1"/);
  assert.deepEqual(
    outputsOf(proven).filter(([name]) => name.startsWith('evidence')),
    [
      ['evidence_ids', '77'],
      ['evidence_urls', evidence().url],
    ],
  );
});

test('JSON gives back what it was given', () => {
  const hostile = hostileResult();

  const json = jsonOf(hostile);

  assert.deepEqual(RunResult.parse(JSON.parse(json)), hostile);
  assert.doesNotMatch(json, /##|\n/);
});

test('secrets of this process, and tokens of anybody, are masked wherever they turn up', () => {
  const secret = 'p~ss+w&rd"x';
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
  const around = standIn({}, { ARM_CLIENT_SECRET: secret });
  const told = `${secret} ${encodeURIComponent(secret)} ${token} dapi${'0'.repeat(32)}`;
  const told2 = { ...result(), reason: told, tasks: [{ ...task(), trace: told, output: told }] };

  for (const output of ['text', 'json']) {
    writeResult(told2, { output, junit: 'junit.xml' }, masked(around));
  }

  const all = [...around.results, ...around.lines, ...around.written.values()].join('\n');
  for (const one of [secret, JSON.stringify(secret).slice(1, -1), token, 'dapi0']) {
    assert(!all.includes(one), one);
  }
});

test('a text is one line, or lines, and its colours are gone', () => {
  assert.equal(plainLine(' a\tb\u0000\n c '), 'a b c');
  assert.deepEqual(plainLines('\u001b[31ma\u001b[0m\n\tb\r\nc\n'), ['a', '    b', 'c']);
  assert.equal(plainLine('std::vector'), 'std::vector');
  assert.equal(textOf({ ...result(), verdict: null }).at(0), 'started: it says so');
});

function hostileResult(): RunResult {
  const hostileTask = { ...task(), name: HOSTILE, reason: HOSTILE, error: HOSTILE, trace: HOSTILE };
  return {
    ...result(),
    reason: HOSTILE,
    hint: HOSTILE,
    what: HOSTILE,
    tasks: [{ ...hostileTask, output: HOSTILE }],
    evidence: [{ ...evidence(), id: HOSTILE, name: HOSTILE, url: HOSTILE, reason: HOSTILE }],
  };
}

function result(): RunResult {
  return {
    version: 1,
    verdict: 'failed',
    exit_code: 1,
    reason: 'it says so',
    hint: null,
    kind: 'job',
    system: 'databricks',
    what: 'job 42',
    key: 'a'.repeat(52),
    run: {
      id: '7',
      name: 'CI',
      url: 'https://adb-1.2.azuredatabricks.net/?o=1#job/42/run/7',
      actor: null,
      commit: null,
      started: '2026-11-23T06:00:00.000Z',
      ended: '2026-11-23T06:01:00.000Z',
      is_earlier: false,
    },
    tasks: [task()],
    evidence: [],
  };
}

function evidence(): EvidenceResult {
  return {
    system: 'databricks',
    id: '77',
    name: 'evaluate',
    url: 'https://adb-1.2.azuredatabricks.net/jobs/1/runs/77',
    verdict: 'succeeded',
    reason: '1 of 1 tasks succeeded',
    actor: null,
    commit: null,
    started: null,
    ended: null,
    found_by: 'key',
    tasks: [],
  };
}

function task(): TaskResult {
  return {
    name: 'main',
    attempt: 1,
    verdict: 'failed',
    reason: 'it failed',
    url: null,
    started: '2026-11-23T06:00:00.000Z',
    ended: '2026-11-23T06:01:00.000Z',
    error: 'ValueError: boom',
    trace: 'Traceback',
    output: null,
  };
}
