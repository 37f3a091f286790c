import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { z } from 'zod';

import { openForTest, type TestGithub } from '../open-for-test.ts';

const run = promisify(execFile);
const DISPATCH = '/actions/workflows/release.yml/dispatches';

const Run = z.object({
  id: z.number(),
  status: z.string(),
  conclusion: z.string().nullable(),
  event: z.string(),
  head_branch: z.string(),
  run_number: z.number(),
});
const Runs = z.object({ total_count: z.number(), workflow_runs: z.array(Run) });
const Jobs = z.object({
  jobs: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      steps: z.array(z.object({ name: z.string() })),
    }),
  ),
});

test('a dispatch says nothing of its run, which the lists show a while later', async () => {
  const github = openForTest();

  const dispatched = await github.call('POST', `/repos/contoso/wine-quality${DISPATCH}`, {
    ref: 'refs/heads/dev',
    inputs: { version: '7' },
  });
  const at_once = await runs(github);
  github.clock.advance(1000);
  const later = await runs(github);

  assert.deepEqual([dispatched.status, dispatched.text], [204, '']);
  assert.equal(at_once.total_count, 0);
  assert.equal(later.workflow_runs[0]?.head_branch, 'dev');
});

test('with return_run_details a dispatch tells the run, and where it is', async () => {
  const github = openForTest();
  const body = { ref: 'main', inputs: { version: '7' }, return_run_details: true };

  const told = await github.ok('POST', DISPATCH, body);

  const id = z.number().parse(told['workflow_run_id']);
  assert.deepEqual(told, {
    workflow_run_id: id,
    run_url: `https://api.github.com/repos/contoso/wine-quality/actions/runs/${id}`,
    html_url: `https://github.com/contoso/wine-quality/actions/runs/${id}`,
  });
  assert.equal((await get(github, id)).status, 'in_progress');
});

test('a run ends as its workflow says, and its last job with it', async () => {
  const github = openForTest();
  await github.ok('POST', '/dispatches', { event_type: 'model-moved', client_payload: { v: '7' } });
  const started = await github.start();
  github.clock.advance(10_000);

  const failed = (await runs(github, '?event=repository_dispatch')).workflow_runs[0];
  const { jobs } = Jobs.parse(await github.ok('GET', `/actions/runs/${started}/jobs`));

  assert.deepEqual([failed?.status, failed?.conclusion], ['completed', 'failure']);
  assert.equal((await get(github, started)).conclusion, 'success');
  assert.deepEqual(
    jobs.map(({ name, conclusion }) => `${name} ${conclusion}`),
    ['check success', 'release success'],
  );
  assert.equal(jobs[0]?.steps[1]?.name, 'Recorded by the sandbox, not executed');
});

test('a fault has the run of a workflow end otherwise', async () => {
  const asked: unknown[] = [];
  const github = openForTest(
    {},
    {
      endings: {
        for(order) {
          asked.push(order);
          const ending = { lifeCycle: 'TERMINATED', code: '', type: '', message: '' };
          return { ...ending, result: 'TIMEDOUT', afterMs: 5000 };
        },
      },
    },
  );
  const id = await github.start();
  github.clock.advance(4000);
  const before = await get(github, id);
  github.clock.advance(1000);

  assert.deepEqual(asked, [{ service: 'github', runName: 'Release', taskKey: null }]);
  assert.equal(before.status, 'in_progress');
  assert.equal((await get(github, id)).conclusion, 'timed_out');
});

test('a run that is cancelled goes on for a moment; one that has ended cannot be', async () => {
  const github = openForTest();
  const id = await github.start();

  await github.ok('POST', `/actions/runs/${id}/cancel`);
  const at_once = await get(github, id);
  github.clock.advance(1000);
  const later = await get(github, id);

  assert.deepEqual(
    [at_once.status, later.status, later.conclusion],
    ['in_progress', 'completed', 'cancelled'],
  );
  assert.equal(
    await github.refusal('POST', `/actions/runs/${id}/cancel`),
    '409 Cannot cancel a workflow run that is completed.',
  );
});

test('a dispatch that cannot be is refused in the words of GitHub', async () => {
  const github = openForTest();
  const refused = (body: unknown) => github.refusal('POST', DISPATCH, body);
  const inputs = { version: '7' };

  assert.equal(await refused({}), `422 Invalid request.\n\n"ref" wasn't supplied.`);
  assert.equal(
    await refused({ ref: 5 }),
    `422 Invalid request.\n\nFor 'properties/ref', 5 is not a string.`,
  );
  assert.equal(
    await refused({ ref: 'main', token: 'x' }),
    `422 Invalid request.\n\n"token" is not a permitted key.`,
  );
  assert.equal(await refused({ ref: 'nowhere', inputs }), '422 No ref found for: nowhere');
  assert.equal(
    await refused({ ref: 'main', inputs: { ...inputs, foo: '1', bar: '2' } }),
    '422 Unexpected inputs provided: ["foo","bar"]',
  );
  assert.equal(await refused({ ref: 'main' }), "422 Required input 'version' not provided");
  assert.equal(
    await refused({ ref: 'main', inputs: { ...inputs, stage: 'None' } }),
    "422 Provided value 'None' for input 'stage' not in the list of allowed values",
  );
  assert.equal(await refused('{'), '400 Problems parsing JSON');
  assert.equal(await refused('[]'), '400 Body should be a JSON object');
  assert.equal(
    await github.refusal('POST', '/actions/workflows/models.yml/dispatches', { ref: 'main' }),
    "422 Workflow does not have 'workflow_dispatch' trigger",
  );
  assert.equal(
    await github.refusal('POST', '/actions/workflows/none.yml/dispatches', { ref: 'main' }),
    '404 Not Found',
  );
});

test('only workflows that hear of the type are started, and a payload has ten fields', async () => {
  const github = openForTest();
  await github.ok('POST', '/dispatches', { event_type: 'something-else' });
  const fields = Array.from({ length: 11 }, (_, index) => [`field${index}`, 1]);
  const client_payload: unknown = Object.fromEntries(fields);

  const refused = await github.refusal('POST', '/dispatches', { event_type: 'x', client_payload });
  github.clock.advance(1000);

  assert.equal((await runs(github)).total_count, 0);
  assert.equal(
    refused,
    '422 Invalid request.\n\nNo more than 10 properties are allowed; 11 were supplied.',
  );
});

test('runs are found by event, branch, status and time, the newest first', async () => {
  const github = openForTest({ runs_appear_after_ms: 0 });
  const first = await github.start();
  github.clock.advance(10_000);
  const between = new Date(github.clock.now() - 5000).toISOString();
  const second = await github.start();
  const found = async (query: string) =>
    (await runs(github, `?${query}`)).workflow_runs.map(({ id }) => id);

  assert.deepEqual(await found(''), [second, first]);
  assert.deepEqual(await found(`created=${encodeURIComponent(`>=${between}`)}`), [second]);
  assert.deepEqual(await found(`created=${encodeURIComponent(`<${between}`)}`), [first]);
  assert.deepEqual(await found(`created=*..${encodeURIComponent(between)}`), [first]);
  assert.deepEqual(await found('status=in_progress'), [second]);
  assert.deepEqual(await found('status=success&branch=main&actor=ann'), [first]);
  assert.deepEqual(await found('event=push'), []);
  assert.equal(
    await github.refusal('GET', '/actions/runs?created=lately'),
    '422 Validation Failed',
  );
});

test('runs come page by page, with links', async () => {
  const github = openForTest({ runs_appear_after_ms: 0 });
  for (let index = 0; index < 3; index += 1) await github.start();

  const { headers, body } = await github.call(
    'GET',
    '/repos/contoso/wine-quality/actions/workflows/release.yml/runs?per_page=2&page=2',
  );

  const { total_count: total, workflow_runs: page } = Runs.parse(body);
  assert.deepEqual([total, page.map((one) => one.run_number)], [3, [1]]);
  assert.match(headers.get('link') ?? '', /page=1>; rel="prev", <.*page=1>; rel="first"$/u);
});

test('logs say that nothing was executed, and are there once the run has ended', async () => {
  const github = openForTest();
  await github.ok('POST', '/dispatches', { event_type: 'model-moved' });
  github.clock.advance(1000);
  const [failed] = (await runs(github)).workflow_runs;
  const { jobs } = Jobs.parse(await github.ok('GET', `/actions/runs/${failed?.id}/jobs`));
  const running = await github.start();

  const path = `/repos/contoso/wine-quality/actions/jobs/${jobs[0]?.id}/logs`;
  const { status, headers } = await github.call('GET', path);
  const location = headers.get('location') ?? '';
  const text = await (await github.fetch(location)).text();
  github.clock.advance(60_001);

  assert.equal(status, 302);
  assert.match(text, /Z repository_dispatch runs are recorded, not executed/u);
  assert.match(text, /Z "run_id": 42\n/u);
  assert.match(text, /##\[error\]Process completed with exit code 1\./u);
  assert.equal((await github.fetch(location)).status, 403);
  assert.equal((await github.fetch(location.replace(/sig=.*/u, 'sig=x'))).status, 403);
  assert.equal((await get(github, running)).status, 'completed');
});

test('the logs of a whole run are an archive that a foreign program can read', async (t) => {
  const github = openForTest();
  const id = await github.start();
  assert.equal(await github.refusal('GET', `/actions/runs/${id}/logs`), '404 Not Found');
  github.clock.advance(10_000);
  const folder = await mkdtemp(join(tmpdir(), 'github-logs-'));
  t.after(() => rm(folder, { recursive: true }));

  const path = `/repos/contoso/wine-quality/actions/runs/${id}/logs`;
  const { headers } = await github.call('GET', path);
  const archive = await (await github.fetch(headers.get('location') ?? '')).arrayBuffer();
  const file = join(folder, 'logs.zip');
  await writeFile(file, Buffer.from(archive));
  const program = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(archive.testzip(), archive.namelist(), archive.read('0_check.txt').decode())`;
  const { stdout } = await run('python3', ['-c', program, file]);

  assert.match(stdout, /^None \['0_check\.txt', '1_release\.txt'\] .*Z ##\[group\]/u);
  assert.match(stdout, /workflow_dispatch runs are recorded, not executed/u);
});

test("a run's page says it too, and shows hostile text as text", async () => {
  const github = openForTest();
  const id = await github.start({ version: '<script>alert(1)</script>' });
  github.clock.advance(10_000);

  const page = await github.fetch(`https://github.com/contoso/wine-quality/actions/runs/${id}`);
  const html = await page.text();

  assert.match(html, /workflow_dispatch runs are recorded, not executed/u);
  assert.doesNotMatch(html, /<script>/u);
  assert.match(html, /&#60;script&#62;alert/u);
  const elsewhere = await github.fetch(`https://github.com/contoso/other/actions/runs/${id}`);
  assert.equal(elsewhere.status, 404);
});

async function runs(github: TestGithub, query = '') {
  return Runs.parse(await github.ok('GET', `/actions/runs${query}`));
}

async function get(github: TestGithub, id: number) {
  return Run.parse(await github.ok('GET', `/actions/runs/${id}`));
}
