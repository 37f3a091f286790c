import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { z } from 'zod';

import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { names, wineQualitySandbox } from '../demo/wine-quality.ts';

/**
 * The mistakes that people make while they set up, one by one, as they meet them: each ends the
 * step with its exit code, and says in one line what to do.
 */
const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const HOST = `https://${names.workspace}`;
const REPOSITORY = `https://dev.azure.com/${names.organization}/${names.project}/_git/${names.repository}`;
const FROM_GIT = [`--git-url=${REPOSITORY}`, '--branch=main'];
const NOTEBOOK = ['notebook', 'notebooks/release_check', ...FROM_GIT];
const EXPIRED = 'expired-secret-of-last-year';
/** An application of the tenant, and nothing in the workspace. */
const STRANGER = { id: '0f9a4b6e-7a0c-4a4e-8f45-2a9f3c1d7e60', secret: 'stranger-secret' };
/** A member of the workspace without a git credential. */
const NEWCOMER = { id: '7c1d2e3f-4a5b-4c6d-8e9f-0a1b2c3d4e5f', secret: 'newcomer-secret' };

const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-mistakes-'));
let stage: Stage;

before(async () => {
  stage = await openStage({
    config(credentials) {
      const { entra, databricks, ...others } = wineQualitySandbox(credentials);
      const [principal] = entra.apps;
      return {
        ...others,
        entra: {
          ...entra,
          apps: [
            { ...principal, expired_secrets: [EXPIRED] },
            { name: 'stranger', client_id: STRANGER.id, secret: STRANGER.secret },
            { name: 'newcomer', client_id: NEWCOMER.id, secret: NEWCOMER.secret },
          ],
        },
        databricks: {
          ...z.looseObject({}).parse(databricks),
          principals: [names.spClientId, NEWCOMER.id],
          admins: [names.nick],
        },
      };
    },
  });
});

after(async () => {
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('a wrong secret', async () => {
  const said = await run(NOTEBOOK, { ARM_CLIENT_SECRET: 'the-id-of-the-secret' });

  assertSaid(said, 3, /AADSTS7000215/, /paste the secret's value, not its id/);
});

test('a secret that has expired', async () => {
  const said = await run(NOTEBOOK, { ARM_CLIENT_SECRET: EXPIRED });

  assertSaid(said, 3, /AADSTS7000222/, /has expired: make a new one/);
});

test('a secret variable of the pipeline that was not mapped into the step', async () => {
  const said = await run(NOTEBOOK, { ARM_CLIENT_SECRET: '$(sp_credential)' });

  assertSaid(said, 3, /name of a variable: \$\(sp_credential\)/, /has no such variable/);
});

test('a wrong tenant', async () => {
  const said = await run(NOTEBOOK, { ARM_TENANT_ID: STRANGER.id });

  assertSaid(said, 3, /AADSTS90002/, /Check the tenant id/);
});

test('a principal that is no member of the workspace', async () => {
  const said = await run(NOTEBOOK, {
    ARM_CLIENT_ID: STRANGER.id,
    ARM_CLIENT_SECRET: STRANGER.secret,
  });

  assertSaid(said, 3, /nothing was started/, /member of the workspace/);
});

test('a job that the principal may not run', async () => {
  const created = await openVendorApi(stage).databricks('jobs/create', {
    body: {
      name: 'of-nick',
      tasks: [{ task_key: 'main', notebook_task: { notebook_path: '/Shared/report' } }],
    },
  });
  const { job_id } = z.object({ job_id: z.number() }).parse(created);

  const said = await run(['job', String(job_id)], {});

  assertSaid(said, 3, /nothing was started/, /CAN MANAGE RUN/);
});

test('a path where no notebook is', async () => {
  const said = await run(['notebook', 'notebooks/relese_check', ...FROM_GIT], {});

  assertSaid(said, 1, /RESOURCE_NOT_FOUND/, /Is the path right\?/);
});

test('a branch that is not there', async () => {
  const said = await run([...NOTEBOOK.slice(0, 3), '--branch=mian'], {});

  assertSaid(said, 1, /REPOSITORY_CHECKOUT_FAILED/, /branch/);
});

test('a principal without a git credential', async () => {
  const said = await run(NOTEBOOK, {
    ARM_CLIENT_ID: NEWCOMER.id,
    ARM_CLIENT_SECRET: NEWCOMER.secret,
  });

  assertSaid(said, 1, /REPOSITORY_CHECKOUT_FAILED/, /signalbox git-credential set/);
});

test('a certificate that is not to be trusted fails at once', async () => {
  const startedAtMs = performance.now();

  const said = await run(NOTEBOOK, { NODE_EXTRA_CA_CERTS: '' });

  assertSaid(said, 1, /certificate of login\.microsoftonline\.com/, /NODE_EXTRA_CA_CERTS/);
  assert(performance.now() - startedAtMs < 60_000, 'before the two minutes of a lost contact');
});

test('a host that is no workspace', async () => {
  const said = await run(NOTEBOOK, { DATABRICKS_HOST: 'https://dev.azure.com' });

  assertSaid(said, 1, /dev\.azure\.com answered 404/, /is the host that of a workspace/);
});

test('a host that answers with a web page', async () => {
  const { admin } = stage.sandbox;
  const page = { service: 'databricks', when: { times: 2 }, do: { kind: 'sign-in-page' } };
  const added = await fetch(`${admin}/_sandbox/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    body: JSON.stringify(page),
  });
  assert(added.ok, await added.text());

  const said = await run(NOTEBOOK, {});

  assertSaid(said, 3, /answered 203/, /shows a page to sign in: is the host that of the workspace/);
});

test('a proxy is gone through; one that refuses, or is no address, is named', async () => {
  const behind = { NODE_USE_ENV_PROXY: '', NO_PROXY: '', no_proxy: '' };
  const [through, refusing, wrong] = await Promise.all([
    run(NOTEBOOK, behind),
    run(NOTEBOOK, { ...behind, DATABRICKS_HOST: 'https://adb-1.2.example.com' }, 8000),
    run(NOTEBOOK, { ...behind, https_proxy: 'socks5://user:hunter2@proxy:1' }),
  ]);

  // It ran there; that it did not find its model is another matter.
  assert.match(through.text, /RegistryError/);
  // Stopped while it goes on trying: a proxy can be out of order for a while.
  assertSaid(refusing, 5, /the proxy does not lead to adb-1\.2\.example\.com: .*403/, /NO_PROXY/);
  assertSaid(wrong, 2, /HTTPS_PROXY is no address of a proxy/, /HTTPS_PROXY=http:/);
  assert(!wrong.text.includes('hunter2'));
});

interface Said {
  readonly code: number;
  readonly text: string;
}

function assertSaid({ code, text }: Said, expected: number, what: RegExp, fix: RegExp): void {
  assert.equal(code, expected, text);
  assert.match(text, what);
  const lines = text.split('\n').filter((line) => fix.test(line));
  assert(lines.length > 0, text);
  assert.doesNotMatch(text, /\n {4}at |eyJ/);
}

/** `signalbox run …` as a process of its own, as the principal. */
function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeout = 110_000,
): Promise<Said> {
  return new Promise((resolve) => {
    const options = {
      env: {
        ...stage.environment,
        DATABRICKS_HOST: HOST,
        ARM_CLIENT_ID: names.spClientId,
        ARM_TENANT_ID: names.tenant,
        ARM_CLIENT_SECRET: stage.credentials.spCredential,
        ...env,
      },
      timeout,
    };
    const child = execFile(process.execPath, [MAIN, 'run', ...args], options, (_, out, err) => {
      resolve({ code: child.exitCode ?? -1, text: `${err}${out}` });
    });
  });
}
