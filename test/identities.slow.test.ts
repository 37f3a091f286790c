import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';

import { z } from 'zod';

import type { Stage } from '../demo/stage.ts';
import { names } from '../demo/wine-quality.ts';
import { getConnectedUser } from '../src/clients/azure-devops/get-connected-user.ts';
import {
  DATABRICKS_RESOURCE,
  openDatabricks,
} from '../src/clients/databricks/databricks-client.ts';
import { getMe } from '../src/clients/databricks/get-me.ts';
import { readTokenClaims } from '../src/clients/entra/token-claims.ts';
import { identityFromEnvironment } from '../src/clients/identity-from-environment.ts';
import { PermanentError } from '../src/lib/errors.ts';
import { CONNECTION } from './ci-system.ts';
import {
  APP,
  AZURE,
  HOST,
  type Logins,
  OWN,
  openLogins,
  SECRETS,
  STRANGER,
  WORKFLOW,
} from './logins.ts';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const ORGANIZATION = `https://dev.azure.com/${names.organization}`;

const { fetch } = globalThis;
const { signal } = new AbortController();
const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-identities-'));
let stage: Stage;
let logins: Logins;
/** Everything that any command printed, but for the tokens that it was asked for. */
let printed = '';
/** What must never be among it. */
const secrets: string[] = Object.values(SECRETS);

before(async () => {
  logins = await openLogins(folder);
  ({ stage } = logins);
  secrets.push(stage.credentials.spCredential);
});

after(async () => {
  await logins[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('each way to log in makes us the same principal for Databricks and Azure DevOps', async () => {
  const ways = Object.entries(logins.ofEntra);

  await Promise.all(
    ways.map(async ([authType, env]) => {
      const found = find(env);
      const { identity } = found;

      const me = await getMe(openDatabricks({ host: HOST, identity, fetch }), signal);
      const user = await getConnectedUser({ organization: ORGANIZATION, identity, fetch, signal });
      const claims = readTokenClaims(await identity.token(DATABRICKS_RESOURCE, signal));

      assert.equal(found.authType, authType);
      assert.equal(me.userName, names.spClientId);
      assert.equal(user.name, 'sp-mlops');
      assert.deepEqual([claims.principal, claims.tenant], [names.spClientId, names.tenant]);
    }),
  );
});

test('the metadata service of a machine makes us its principal', async () => {
  const { identity } = find({ ARM_USE_MSI: 'true' });

  const me = await getMe(openDatabricks({ host: HOST, identity, fetch }), signal);

  assert.equal(me.userName, names.spClientId);
});

test('the metadata service may be starting, updated, or busy: it is asked again', async () => {
  for (const status of [404, 410, 503]) {
    await fault({
      service: 'managed-identity',
      when: { times: 1 },
      do: { kind: 'status', status },
    });
  }

  const { code, stderr } = await command(['token'], { ARM_USE_MSI: 'true', IDENTITY_ENDPOINT: '' });

  assert.equal(code, 0, stderr);
  assert.match(stderr, /169\.254\.169\.254 answered 404: .*: again in \d+ s/);
});

test('Databricks itself makes us the same principal, by its own secret and for a foreign token', async () => {
  const ways = Object.entries(logins.ofDatabricks);

  await Promise.all(
    ways.map(async ([authType, env]) => {
      const found = find(env);
      const { identity } = found;

      const me = await getMe(openDatabricks({ host: HOST, identity, fetch }), signal);

      assert.equal(found.authType, authType);
      assert.equal(me.userName, names.spClientId);
    }),
  );
});

test('what Databricks does not take is explained', async () => {
  const elsewhere = 'repo:contoso/other:ref:refs/heads/main';
  const cases = [
    [{ ...OWN, DATABRICKS_CLIENT_SECRET: stage.credentials.spCredential }, /a secret of its own/],
    [{ ...OWN, ...logins.workflow(elsewhere) }, /subject repo:contoso\/other/],
  ] as const;

  for (const [env, hint] of cases) {
    await assert.rejects(find(env).identity.token(DATABRICKS_RESOURCE, signal), (error) => {
      assert(error instanceof PermanentError);
      assert.match(error.hint ?? '', hint);
      printed += inspect(error);
      return true;
    });
  }
});

test('a login that is refused says in one line what to repair', async () => {
  const secret = { ...APP, ARM_CLIENT_SECRET: stage.credentials.spCredential };
  const old = path.join(folder, 'old-token');
  writeFileSync(
    old,
    await logins.mint({ issuer: 'github', subject: WORKFLOW, lifetime_ms: -60_000 }),
  );
  const cases = [
    [{ ...secret, ARM_CLIENT_SECRET: SECRETS.stranger }, /paste the secret's value/],
    [{ ...secret, ARM_CLIENT_SECRET: SECRETS.expired }, /secret has expired/],
    [{ ...secret, ARM_TENANT_ID: STRANGER }, /no such tenant/],
    [{ ...secret, ARM_CLIENT_ID: CONNECTION }, /no such application in this tenant/],
    [{ ...APP, ARM_CLIENT_ID: STRANGER, ARM_CLIENT_SECRET: SECRETS.stranger }, /a member/],
    [{ ...AZURE, AZURE_CLIENT_CERTIFICATE_PATH: logins.unknownCertificate }, /not registered/],
    [{ ...AZURE, AZURE_FEDERATED_TOKEN_FILE: old }, /lasts some ten minutes/],
  ] as const;

  await Promise.all(
    cases.map(async ([env, hint]) => {
      const { identity } = find(env);
      const asking = getMe(openDatabricks({ host: HOST, identity, fetch }), signal);

      await assert.rejects(asking, (error) => {
        assert(error instanceof PermanentError);
        assert.match(error.hint ?? '', hint);
        printed += inspect(error);
        return true;
      });
    }),
  );
});

test('whoami tells of a federated login, and what to trust where nobody does', async () => {
  const elsewhere = 'repo:contoso/other:ref:refs/heads/main';

  const [trusted, stranger] = await Promise.all([
    whoami({ ...APP, ...logins.workflow(WORKFLOW), DATABRICKS_HOST: HOST }, 'json'),
    whoami({ ...APP, ...logins.workflow(elsewhere), DATABRICKS_HOST: HOST }, 'text'),
  ]);

  assert.equal(trusted.code, 0, trusted.stdout + trusted.stderr);
  assert.partialDeepStrictEqual(JSON.parse(trusted.stdout), {
    federated: { subject: WORKFLOW, audience: 'api://AzureADTokenExchange' },
    databricks: [{ host: HOST, user_name: names.spClientId }],
    azure_devops: [{ organization: ORGANIZATION }],
  });
  assert.equal(stranger.code, 3);
  assert.match(
    stranger.stdout,
    /issuer https:\/\/token\.actions\.githubusercontent\.com, subject repo:contoso\/other:ref:refs\/heads\/main, audience api:\/\/AzureADTokenExchange/,
  );
});

test('an identity of the configuration is asked about where it is used', async () => {
  const config = path.join(import.meta.dirname, '../examples/wine-quality/signalbox.yaml');
  const env = {
    SP_CREDENTIAL: stage.credentials.spCredential,
    SIGNALBOX_SIGNING_SECRET: stage.credentials.signingSecret,
  };
  const identity = ['--identity=sp-mlops', `--config=${config}`];

  const { stdout, stderr, code } = await run(['whoami', ...identity], env);

  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, new RegExp(`Databricks +${HOST} knows `));
  assert.match(stdout, new RegExp(`Azure DevOps +${ORGANIZATION} knows `));
  const unknown = await run(['whoami', '--identity=sp-mlop', `--config=${config}`], env);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /Known are sp-mlops/);
});

test('a token is masked in CI before it is printed, and works', async () => {
  const env = { ...APP, ARM_CLIENT_SECRET: stage.credentials.spCredential };

  const plain = await token(env);
  const [pipelines, github] = await Promise.all([
    token({ ...env, TF_BUILD: 'True' }),
    token({ ...env, GITHUB_ACTIONS: 'true' }, ['--resource=azure-devops', '--output=json']),
  ]);

  assert.equal(plain.stderr, '');
  const headers = { authorization: `Bearer ${plain.stdout.trim()}` };
  const me = await fetch(`${HOST}/api/2.0/preview/scim/v2/Me`, { headers });
  assert.equal(me.status, 200);
  assert.equal(pipelines.stderr, `##vso[task.setsecret]${pipelines.stdout}`);
  const { access_token } = z.object({ access_token: z.string() }).parse(JSON.parse(github.stdout));
  assert.equal(github.stderr, `::add-mask::${access_token}\n`);
});

test('nothing that was printed holds a secret or a token', () => {
  assert.notEqual(printed, '');
  assert.doesNotMatch(printed, /eyJ|PRIVATE KEY/);
  for (const secret of secrets) assert(!printed.includes(secret), 'a secret was printed');
});

/** The identity that these variables name, in this process. */
function find(env: Readonly<Record<string, string>>) {
  return identityFromEnvironment({
    fetch,
    now: Date.now,
    env: { HOME: folder, ...env },
    warn: (text) => assert.fail(text),
  });
}

async function fault(rule: unknown): Promise<void> {
  const response = await fetch(new URL('/_sandbox/faults', stage.sandbox.admin), {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    body: JSON.stringify(rule),
  });
  assert(response.ok, await response.text());
}

function whoami(env: Readonly<Record<string, string>>, output: string) {
  return run(['whoami', `--organization=${ORGANIZATION}`, `--output=${output}`], env);
}

/** The one command whose output is a secret. */
async function token(env: Readonly<Record<string, string>>, more: readonly string[] = []) {
  const { stdout, stderr, code } = await command(['token', ...more], env);
  assert.equal(code, 0, stderr);
  return { stdout, stderr };
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const ended = await command(args, env);
  printed += ended.stdout + ended.stderr;
  return ended;
}

function command(args: readonly string[], env: Readonly<Record<string, string>>) {
  return new Promise<{ stdout: string; stderr: string; code: number }>((resolve) => {
    const options = { env: { ...stage.environment, ...env }, timeout: 30_000 };
    const child = execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) => {
      resolve({ stdout, stderr, code: child.exitCode ?? -1 });
    });
  });
}
