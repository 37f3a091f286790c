import assert from 'node:assert/strict';

import { z } from 'zod';

import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import { runCommand } from '../run-command.ts';
import type { SandboxProcess } from '../sandbox-process.ts';
import { sentencesIn } from '../sentences.ts';
import { askDatabricks } from './curl-databricks.ts';
import {
  accessToken,
  ask,
  askForToken,
  bearer,
  curlIt,
  form,
  json,
  scopes,
} from './curl-requests.ts';

const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/** curl, which half of all pipelines are made of. */
export const curl: Client = {
  name: 'curl',
  sentences: () => sentencesIn('clients/curl.ts', 'clients/curl-databricks.ts'),
  async prepare() {
    const { code, stdout } = await runCommand('curl', ['--version']);
    if (code !== 0)
      return { kind: 'absent', version: null, because: 'there is no curl on this machine' };
    return { kind: 'ready', version: stdout.split(' ')[1] ?? '', run };
  },
};

async function run(sandbox: SandboxProcess, check: Check): Promise<void> {
  await logIn(sandbox, check);
  await askDatabricks(sandbox, check);
  await askAzureDevops(sandbox, check);
  await stayInside(sandbox, check);
}

async function logIn(sandbox: SandboxProcess, check: Check): Promise<void> {
  const { tenant, app } = sandbox.scene;
  await check('the v2 endpoint gives a token for 3,599 seconds, as numbers', async () => {
    const { status, body } = await askForToken(sandbox, scopes.databricks, app.secret);
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, {
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
    });
  });
  await check('the v1 endpoint gives a token for a resource, its times as strings', async () => {
    const { status, body } = await ask(sandbox, [
      `https://login.microsoftonline.com/${tenant}/oauth2/token`,
      ...form({
        grant_type: 'client_credentials',
        client_id: app.clientId,
        client_secret: app.secret,
        resource: DATABRICKS_RESOURCE,
      }),
    ]);
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, { expires_in: '3599', resource: DATABRICKS_RESOURCE });
  });
  await check('a secret that is pasted unencoded into the form is refused', async () => {
    const { status, body } = await ask(sandbox, [
      `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
      '-d',
      `client_id=${app.clientId}`,
      '-d',
      'grant_type=client_credentials',
      '-d',
      `scope=${scopes.databricks}`,
      '-d',
      `client_secret=${app.secret}`,
    ]);
    assert.ok([400, 401].includes(status), `the answer is ${status}`);
    assert.ok(z.object({ error_codes: z.array(z.number()) }).parse(body).error_codes.length > 0);
  });
  await check('a wrong secret is refused with AADSTS7000215, and no token beside it', async () => {
    const { status, body } = await askForToken(sandbox, scopes.databricks, 'wrong');
    assert.equal(status, 401);
    assert.partialDeepStrictEqual(body, { error: 'invalid_client', error_codes: [7000215] });
    assert.equal(z.record(z.string(), z.unknown()).parse(body)['access_token'], undefined);
  });
}

async function askAzureDevops(sandbox: SandboxProcess, check: Check): Promise<void> {
  const { azureDevops, app, outsider, pipelines } = sandbox.scene;
  const runs = `${azureDevops.url}/${azureDevops.project}/_apis/pipelines/${pipelines.hello}/runs?api-version=7.1`;
  await check('a pipeline is started with a token of Entra ID', async () => {
    const ours = bearer(await accessToken(sandbox, scopes.azureDevops, app));
    const { status, body } = await ask(sandbox, [
      runs,
      ...ours,
      ...json({ templateParameters: { who: 'curl' } }),
    ]);
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, {
      state: 'inProgress',
      templateParameters: { who: 'curl' },
    });
  });
  await check('a personal access token works with any user name, or with none', async () => {
    for (const user of ['', 'ada', 'anybody']) {
      const args = [runs, '-u', `${user}:${azureDevops.token}`];
      assert.equal((await ask(sandbox, args)).status, 200);
    }
  });
  await check(
    'a wrong token is answered with a page to sign in, and a status like success',
    async () => {
      const { status, text } = await ask(sandbox, [runs, '-u', ':wrong']);
      assert.equal(status, 203);
      assert.match(text, /<html/iu);
    },
  );
  await check('a client that says so gets a plain 401 instead of the page', async () => {
    const header = ['-H', 'X-TFS-FedAuthRedirect: Suppress'];
    const { status, body } = await ask(sandbox, [runs, '-u', ':wrong', ...header]);
    assert.equal(status, 401);
    assert.match(z.object({ message: z.string() }).parse(body).message, /^TF400813: /u);
  });
  await check('a genuine token of a stranger to the organisation is not enough', async () => {
    const theirs = bearer(await accessToken(sandbox, scopes.azureDevops, outsider));
    assert.notEqual((await ask(sandbox, [runs, ...theirs])).status, 200);
  });
}

async function stayInside(sandbox: SandboxProcess, check: Check): Promise<void> {
  await check('a host that is not part of the sandbox is refused by its proxy', async () => {
    const { code, stderr } = await curlIt(sandbox, ['https://example.com/']);
    assert.notEqual(code, 0);
    assert.match(stderr, /403/u);
  });
  await check(
    'without the authority of the sandbox, its certificates are not believed',
    async () => {
      const env = { ...sandbox.environment, CURL_CA_BUNDLE: '', SSL_CERT_FILE: '/dev/null' };
      const url = 'https://login.microsoftonline.com/common/discovery/instance';
      const { code } = await runCommand('curl', ['-sS', '--cacert', '/dev/null', url], { env });
      assert.ok([60, 77].includes(code), `curl ended with ${code}`);
    },
  );
}
