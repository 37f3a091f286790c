import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openForTest } from '../open-for-test.ts';

test('the page of a run shows its tasks, cells, output and trace, and nothing of it is HTML', async (t) => {
  const workspace = await openForTest(t);
  const cells = ['print("<script>alert(1)</script>")', 'raise ValueError("<b>bold</b>")'];
  const run = await workspace.ended(await workspace.submitCells(cells));

  const path = new URL(run.run_page_url).pathname;
  const answer = await workspace.call('GET', path, undefined, '');
  const ofTask = await workspace.call(
    'GET',
    path.replace(/\d+$/u, String(run.tasks[0]?.run_id)),
    undefined,
    '',
  );

  assert.equal(answer.status, 200);
  assert.match(answer.response.headers.get('content-type') ?? '', /^text\/html/u);
  assert.equal(
    answer.response.headers.get('content-security-policy'),
    "default-src 'none'; style-src 'unsafe-inline'",
  );
  assert.match(answer.text, /<span class="bad">FAILED<\/span>/u);
  assert.match(answer.text, /&#60;script&#62;alert\(1\)&#60;\/script&#62;/u);
  assert.match(answer.text, /File &#34;&#60;command-2&#62;&#34;, line 1/u);
  assert.doesNotMatch(answer.text, /<script|<b>bold/u);
  assert.equal(ofTask.status, 200);
});

test('the page of a version shows stage, tags, comments and what happened to it', async (t) => {
  const workspace = await openForTest(t);
  const name = 'wine <quality>';
  const api = '/api/2.0/mlflow';
  await workspace.ok('POST', `${api}/registered-models/create`, { name });
  await workspace.ok('POST', `${api}/model-versions/create`, { name, source: 'dbfs:/m' });
  const version = { name, version: '1' };
  const move = { ...version, stage: 'Staging', archive_existing_versions: false };
  await workspace.ok('POST', `${api}/model-versions/transition-stage`, move);
  const tag = { ...version, key: 'verdict', value: '<i>succeeded</i>' };
  await workspace.ok('POST', `${api}/model-versions/set-tag`, tag);
  await workspace.ok('POST', `${api}/comments/create`, { ...version, comment: '<img src=x>' });

  const page = await workspace.call(
    'GET',
    `/ml/models/${encodeURIComponent(name)}/versions/1`,
    undefined,
    '',
  );

  assert.equal(page.status, 200);
  assert.match(page.text, /<b>Staging<\/b>/u);
  assert.match(page.text, /&#60;i&#62;succeeded&#60;\/i&#62;/u);
  assert.match(page.text, /&#60;img src=x&#62;/u);
  assert.match(page.text, /APPLIED_TRANSITION<\/td><td>None to Staging/u);
});

test('a page of something that is not there is a 404', async (t) => {
  const workspace = await openForTest(t);

  const paths = ['/jobs/1/runs/2', '/ml/models/wine/versions/1', '/jobs/x/runs/y'];
  const answers = await Promise.all(
    paths.map((path) => workspace.call('GET', path, undefined, '')),
  );

  assert.deepEqual(
    answers.map((one) => one.status),
    [404, 404, 404],
  );
});
