import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { openClock } from '../kit/clock.ts';
import { base, member, openForTest } from './open-for-test.ts';

const files = { 'azure-pipelines.yml': 'trigger: none\nsteps: []\n' };

test('the organisation is found under its former host as well', async () => {
  await using azure = await openForTest({ files });
  const ask = async (url: string, method = 'GET', body?: string) => {
    const headers = { authorization: `Bearer app:${member}` };
    const request = new Request(url, { method, headers, ...(body !== undefined && { body }) });
    return (await azure.service.handle(request)).response;
  };

  assert.equal(azure.service.serves('Contoso.visualstudio.com'), true);
  assert.equal(azure.service.serves('fabrikam.visualstudio.com'), false);
  for (const path of ['', '/DefaultCollection']) {
    const url = `https://contoso.visualstudio.com${path}/MLFlowHooks/_apis/pipelines?api-version=7.1`;
    const list = await ask(url);
    assert.match(await list.text(), /"count":1/);
  }
  const runs = 'https://contoso.visualstudio.com/MLFlowHooks/_apis/pipelines/1/runs';
  const run = await ask(`${runs}?api-version=7.1`, 'POST', '{}');
  assert.equal(run.status, 200);
  const page = await ask('https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
});

test('who asks too often is told before, and then turned away for a while', async () => {
  const clock = openClock();
  const rate_limit = { units: 10, window_ms: 60_000 };
  await using azure = await openForTest({ files, clock, azure: { rate_limit } });
  const answers = [];
  for (let count = 0; count < 11; count += 1) {
    answers.push(await azure.send('GET', `${base}/pipelines`));
  }

  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 200), 429]);
  const delayed = answers.map(({ headers }) => headers.get('x-ratelimit-delay'));
  assert.deepEqual(delayed.slice(6), [null, null, '1.000', '2.000', '0.000']);
  assert.equal(answers[9]?.headers.get('retry-after'), '2');
  assert.equal(answers[9]?.headers.get('x-ratelimit-remaining'), '0');
  const blocked = answers.at(-1);
  assert.equal(blocked?.headers.get('retry-after'), '60');
  assert.match(
    z.object({ message: z.string() }).parse(await blocked?.json()).message,
    /^TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource/,
  );
  clock.advance(61_000);
  assert.equal((await azure.send('GET', `${base}/pipelines`)).status, 200);
});
