import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';

import { z } from 'zod';

import { openStage, type Stage } from '../demo/stage.ts';
import { names, wineQualitySandbox } from '../demo/wine-quality.ts';
import { guidOf } from '../sandbox/azure-devops/identity.ts';
import { getConnectedUser } from '../src/clients/azure-devops/get-connected-user.ts';
import {
  DATABRICKS_RESOURCE,
  openDatabricks,
} from '../src/clients/databricks/databricks-client.ts';
import { getMe } from '../src/clients/databricks/get-me.ts';
import { readTokenClaims } from '../src/clients/entra/token-claims.ts';
import { identityFromEnvironment } from '../src/clients/identity-from-environment.ts';
import { PermanentError } from '../src/lib/errors.ts';

/** A program of the machine's, not of a package. */
const OPENSSL = 'openssl';
const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const HOST = `https://${names.workspace}`;
const ORGANIZATION = `https://dev.azure.com/${names.organization}`;
const STRANGER = '0f9a4b6e-7a0c-4a4e-8f45-2a9f3c1d7e60';
const CONNECTION = '0d3c2f10-6f0e-4a55-9d2c-3f1f5a6b7c8d';
const PIPELINE = 'sc://contoso/MLFlowHooks/databricks';
const WORKFLOW = 'repo:contoso/wine-quality:ref:refs/heads/main';
/** Of Databricks, not of Entra ID. */
const OWN_SECRET = 'dose-own-secret-of-databricks';
const EXPIRED = 'expired-secret-of-last-year';
const AZURE = { AZURE_CLIENT_ID: names.spClientId, AZURE_TENANT_ID: names.tenant };
const APP = { ARM_CLIENT_ID: names.spClientId, ARM_TENANT_ID: names.tenant };

const { fetch } = globalThis;
const { signal } = new AbortController();
const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-identities-'));
let stage: Stage;
let ci: CiSystem;
/** Everything that any command printed, but for the tokens that it was asked for. */
let printed = '';
/** What must never be among it. */
const secrets = [EXPIRED, OWN_SECRET, 'stranger-secret', 'job-token'];

before(async () => {
  const registered = certificateIn('registered');
  certificateIn('unknown');
  stage = await openStage({
    config(credentials) {
      const { entra, databricks, ...others } = wineQualitySandbox(credentials);
      const principal = {
        ...entra.apps[0],
        expired_secrets: [EXPIRED],
        certificates: [registered],
        federated_credentials: [
          { issuer: 'https://token.actions.githubusercontent.com', subject: WORKFLOW },
          {
            issuer: `https://vstoken.dev.azure.com/${guidOf('organization:contoso')}`,
            subject: PIPELINE,
          },
        ],
      };
      const stranger = { client_id: STRANGER, name: 'stranger', secret: 'stranger-secret' };
      const managed_identity = { system_assigned: names.spClientId, hosted_in: 'app-service' };
      const client_id = names.spClientId;
      return {
        ...others,
        entra: { ...entra, apps: [principal, stranger], managed_identity },
        databricks: {
          ...z.looseObject({}).parse(databricks),
          oauth_secrets: [{ client_id, secret: OWN_SECRET }],
          federation_policies: principal.federated_credentials.map((trust) => ({
            client_id,
            ...trust,
            audiences: [`${HOST}/oidc/v1/token`, 'api://AzureADTokenExchange'],
          })),
        },
      };
    },
  });
  secrets.push(stage.credentials.spCredential);
  ci = await openCiSystem();
});

after(async () => {
  await ci.close();
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('each way to log in makes us the same principal for Databricks and Azure DevOps', async () => {
  const tokenFile = path.join(folder, 'token');
  writeFileSync(tokenFile, await mint({ issuer: 'github', subject: WORKFLOW }));
  const ways = [
    ['azure-client-secret', { ...APP, ARM_CLIENT_SECRET: stage.credentials.spCredential }],
    ['azure-client-certificate', { ...AZURE, AZURE_CLIENT_CERTIFICATE_PATH: pem('registered') }],
    ['github-oidc-azure', { ...APP, ...workflow(WORKFLOW) }],
    ['azure-devops-oidc-azure', { ...APP, ...job(PIPELINE) }],
    ['azure-workload-identity', { ...AZURE, AZURE_FEDERATED_TOKEN_FILE: tokenFile }],
    ['azure-msi', { ...appService(), ARM_USE_MSI: 'true' }],
  ] as const;

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
  const host = { DATABRICKS_HOST: HOST, DATABRICKS_CLIENT_ID: names.spClientId };
  const tokenFile = path.join(folder, 'databricks-token');
  const audience = `${HOST}/oidc/v1/token`;
  const foreign = await mint({ issuer: 'github', subject: WORKFLOW, audience });
  writeFileSync(tokenFile, foreign);
  const ways = [
    ['oauth-m2m', { ...host, DATABRICKS_CLIENT_SECRET: OWN_SECRET }],
    ['github-oidc', { ...host, ...workflow(WORKFLOW) }],
    ['azure-devops-oidc', { ...host, ...job(PIPELINE) }],
    ['env-oidc', { ...host, DATABRICKS_OIDC_TOKEN: foreign }],
    [
      'file-oidc',
      { ...host, DATABRICKS_AUTH_TYPE: 'file-oidc', DATABRICKS_OIDC_TOKEN_FILEPATH: tokenFile },
    ],
  ] as const;

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
  const host = { DATABRICKS_HOST: HOST, DATABRICKS_CLIENT_ID: names.spClientId };
  const elsewhere = 'repo:contoso/other:ref:refs/heads/main';
  const cases = [
    [{ ...host, DATABRICKS_CLIENT_SECRET: stage.credentials.spCredential }, /a secret of its own/],
    [{ ...host, ...workflow(elsewhere) }, /subject repo:contoso\/other/],
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
  writeFileSync(old, await mint({ issuer: 'github', subject: WORKFLOW, lifetime_ms: -60_000 }));
  const cases = [
    [{ ...secret, ARM_CLIENT_SECRET: 'stranger-secret' }, /paste the secret's value/],
    [{ ...secret, ARM_CLIENT_SECRET: EXPIRED }, /secret has expired/],
    [{ ...secret, ARM_TENANT_ID: STRANGER }, /no such tenant/],
    [{ ...secret, ARM_CLIENT_ID: CONNECTION }, /no such application in this tenant/],
    [{ ...APP, ARM_CLIENT_ID: STRANGER, ARM_CLIENT_SECRET: 'stranger-secret' }, /a member/],
    [{ ...AZURE, AZURE_CLIENT_CERTIFICATE_PATH: pem('unknown') }, /not registered/],
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
    whoami({ ...APP, ...workflow(WORKFLOW), DATABRICKS_HOST: HOST }, 'json'),
    whoami({ ...APP, ...workflow(elsewhere), DATABRICKS_HOST: HOST }, 'text'),
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

/** What a job of GitHub Actions has in its environment. */
function workflow(subject: string) {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: ci.url(subject),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-token',
  };
}

/** What a job of Azure Pipelines has in its environment, told of a service connection. */
function job(subject: string) {
  return {
    SYSTEM_OIDCREQUESTURI: ci.url(subject),
    SYSTEM_ACCESSTOKEN: 'job-token',
    ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: CONNECTION,
  };
}

/** What App Service has in the environment of a program. */
function appService() {
  const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER = '' } = stage.environment;
  return { IDENTITY_ENDPOINT, IDENTITY_HEADER };
}

/** The identity that these variables name, in this process. */
function find(env: Readonly<Record<string, string>>) {
  return identityFromEnvironment({
    fetch,
    now: Date.now,
    env: { HOME: folder, ...env },
    warn: (text) => assert.fail(text),
  });
}

interface CiSystem {
  /** Where a job asks for a token that says this of it. */
  url(subject: string): string;
  close(): Promise<void>;
}

/** The two requests by which jobs get their tokens, which the sandbox's issuers sign. */
async function openCiSystem(): Promise<CiSystem> {
  const server = createServer((request, response) => {
    const order = orderIn(request);
    response.setHeader('content-type', 'application/json');
    if (order === null || request.headers.authorization !== 'Bearer job-token') {
      response.writeHead(401).end('{}');
      return;
    }
    const name = order.issuer === 'github' ? 'value' : 'oidcToken';
    void mint(order).then((text) => response.end(JSON.stringify({ [name]: text })));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: (subject) => `http://127.0.0.1:${port}/oidc?subject=${encodeURIComponent(subject)}`,
    async close() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** By POST Azure Pipelines, by GET GitHub, for the audience that is asked for. */
function orderIn({ method, url = '' }: IncomingMessage) {
  const { searchParams } = new URL(url, 'http://ci');
  const subject = searchParams.get('subject') ?? '';
  if (method === 'POST') {
    const connection = searchParams.get('serviceConnectionId');
    const isKnown = connection === null || connection === CONNECTION;
    return isKnown ? { issuer: 'azure-pipelines', subject } : null;
  }
  const audience = searchParams.get('audience');
  return audience === null ? null : { issuer: 'github', subject, audience };
}

async function mint(order: Readonly<Record<string, unknown>>): Promise<string> {
  const { admin } = stage.sandbox;
  const response = await fetch(new URL('/_sandbox/assertions', admin), {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    body: JSON.stringify(order),
  });
  const body: unknown = await response.json();
  return z.object({ assertion: z.string() }).parse(body).assertion;
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

function pem(name: string): string {
  return path.join(folder, `${name}.pem`);
}

/** A new certificate; beside it, in one PEM with its key. */
function certificateIn(name: string): string {
  const key = path.join(folder, `${name}.key`);
  const certificate = path.join(folder, `${name}.crt`);
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  execFileSync(OPENSSL, ['req', ...options, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const text = readFileSync(certificate, 'utf8');
  writeFileSync(pem(name), text + readFileSync(key, 'utf8'), { mode: 0o600 });
  return text;
}
