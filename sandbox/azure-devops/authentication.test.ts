import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { base, openForTest, pat, stranger, until } from './open-for-test.ts';

const files = {
  'azure-pipelines.yml': `
trigger: none
steps:
- checkout: none
- bash: |
    echo "$TOKEN" > "$OUTSIDE.new" && mv "$OUTSIDE.new" "$OUTSIDE"
    while [ -e "$OUTSIDE" ]; do sleep 0.05; done
  env:
    TOKEN: $(System.AccessToken)
`,
};

test('whoever is not believed gets a page to sign in with, and a 2xx', async () => {
  await using azure = await openForTest({ files });

  for (const authorization of ['', 'Bearer foreign', basic('wrong')]) {
    const response = await azure.send('GET', `${base}/pipelines`, undefined, { authorization });
    assert.equal(response.status, 203, authorization);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(await response.text(), /Sign in/i);
  }
});

test('an application that was never added to the organisation is led away', async () => {
  await using azure = await openForTest({ files });
  const authorization = `Bearer app:${stranger}`;

  const led = await azure.send('GET', `${base}/pipelines`, undefined, { authorization });
  assert.equal(led.status, 302);
  assert.match(
    led.headers.get('location') ?? '',
    /^https:\/\/spsprodweu1\.vssps\.visualstudio\.com\/_signin\?realm=dev\.azure\.com&reply_to=/,
  );
  assert.match(await led.text(), /<h2>Object moved to <a href="/);
  const told = await azure.send('GET', `${base}/pipelines`, undefined, {
    authorization,
    'X-TFS-FedAuthRedirect': 'Suppress',
  });
  assert.equal(told.status, 401);
  assert.match(
    await told.text(),
    new RegExp(`TF400813: The user '${stranger}' is not authorized to access this resource\\.`),
  );
});

test('a credential that is not believed can be led away as well', async () => {
  await using azure = await openForTest({ files, azure: { sign_in: 'redirect' } });

  const authorization = basic('wrong');
  const led = await azure.send('GET', `${base}/pipelines`, undefined, { authorization });

  assert.equal(led.status, 302);
});

test('a client that asks for no redirect, and one that changes things, get a 401', async () => {
  await using azure = await openForTest({ files });
  const authorization = 'Bearer foreign';

  const suppressed = await azure.send('GET', `${base}/pipelines`, undefined, {
    authorization,
    'X-TFS-FedAuthRedirect': 'Suppress',
  });
  assert.equal(suppressed.status, 401);
  assert.match(suppressed.headers.get('www-authenticate') ?? '', /^Bearer .*Basic realm=/);
  const changed = await azure.send('PATCH', `${base}/build/builds/1`, {}, { authorization });
  assert.equal(changed.status, 401);
  assert.match(await changed.text(), /"typeKey":"UnauthorizedRequestException"/);
});

test('a personal access token lets its user in, under any name', async () => {
  await using azure = await openForTest({ files });

  for (const name of ['', 'nick', 'PAT']) {
    const authorization = basic(pat, name);
    const path = '/contoso/_apis/connectionData';
    const response = await azure.send('GET', path, undefined, { authorization });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /"providerDisplayName":"Nick"/);
    assert.match(response.headers.get('x-vss-userdata') ?? '', /^[0-9a-f-]{36}:Nick$/);
  }
});

test('the token of a run is its own for as long as it goes on', async () => {
  await using azure = await openForTest({ files, pipelines: [pipeline] });
  const file = join(azure.folder, 'token');
  const id = await azure.start({ variables: { outside: { value: file } } });
  const token = await until(async () => (await readFile(file, 'utf8').catch(() => '')) || null);
  const authorization = `Bearer ${token.trim()}`;
  const who = () =>
    azure.send('GET', '/contoso/_apis/connectionData', undefined, { authorization });

  assert.match(await (await who()).text(), /MLFlowHooks Build Service \(contoso\)/);
  assert.equal(azure.redact(token.trim()), '***');
  await rm(file);
  const run = await azure.ended(id);

  assert.equal(run.result, 'succeeded');
  assert.equal((await who()).status, 203);
});

const pipeline = {
  name: 'Test',
  repository: 'wine-quality',
  path: 'azure-pipelines.yml',
  variables: { outside: { value: '', settable_at_queue_time: true } },
};

function basic(token: string, name = ''): string {
  return `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}`;
}
