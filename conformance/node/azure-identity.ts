/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-return -- its packages are not there when the whole is linted */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';

import { z } from 'zod';

import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798/.default';

const Keys = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

/** Logs in as applications do. */
export async function run(scene: Scene, check: Check): Promise<void> {
  await withSecret(scene, check);
  await withoutSecret(scene, check);
  await refused(scene, check);
  await discovery(scene, check);
}

async function withSecret({ tenant, app, databricks, azureDevops }: Scene, check: Check) {
  const credential = new ClientSecretCredential(tenant, app.clientId, app.secret);
  await check('a client secret gives a token of an hour', async () => {
    const { token, expiresOnTimestamp } = await credential.getToken(DATABRICKS);
    const leftMs = expiresOnTimestamp - Date.now();
    assert.ok(leftMs > 3_500_000 && leftMs <= 3_600_000, `${leftMs} ms are left`);
    const claims = z.record(z.string(), z.unknown()).parse(partOf(token, 1));
    assert.equal(claims['aud'], '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d');
    assert.equal(claims['tid'], tenant);
    assert.equal(claims['appid'] ?? claims['azp'], app.clientId);
  });
  await check('a second token comes from its cache', async () => {
    const first = await credential.getToken(DATABRICKS);
    const second = await credential.getToken(DATABRICKS);
    assert.equal(first.token, second.token);
  });
  await check('the tenant publishes the key that a token is signed with', async () => {
    const { token } = await credential.getToken(DATABRICKS);
    const { kid } = z.object({ kid: z.string() }).parse(partOf(token, 0));
    const address = `https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`;
    const { keys } = Keys.parse(await (await fetch(address)).json());
    const key = keys.find((one) => one.kid === kid) ?? {};
    assert.equal(createPublicKey({ key, format: 'jwk' }).asymmetricKeyType, 'rsa');
  });
  await check('Databricks believes the token', async () => {
    const { token } = await credential.getToken(DATABRICKS);
    assert.equal(await status(`https://${databricks.host}/api/2.1/jobs/list`, token), 200);
  });
  await check('Azure DevOps believes a token that was asked for it, and no other', async () => {
    const address = `${azureDevops.url}/_apis/projects?api-version=7.1`;
    assert.equal(await status(address, (await credential.getToken(AZURE_DEVOPS)).token), 200);
    assert.notEqual(await status(address, (await credential.getToken(DATABRICKS)).token), 200);
  });
  await check(
    'the variables AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET do',
    async () => {
      Object.assign(process.env, {
        AZURE_TENANT_ID: tenant,
        AZURE_CLIENT_ID: app.clientId,
        AZURE_CLIENT_SECRET: app.secret,
      });
      assert.ok((await new EnvironmentCredential().getToken(DATABRICKS)).token.length > 100);
    },
  );
}

async function withoutSecret(scene: Scene, check: Check) {
  const { tenant, app, certificateFile, assertionFile, managedIdentity, databricks } = scene;
  const { clientId } = app;
  const list = `https://${databricks.host}/api/2.1/jobs/list`;
  await check('a certificate gives a token that Databricks believes', async () => {
    const credential = new ClientCertificateCredential(tenant, clientId, certificateFile);
    assert.equal(await status(list, (await credential.getToken(DATABRICKS)).token), 200);
  });
  await check('the token of an issuer that the application trusts gives one', async () => {
    const credential = new ClientAssertionCredential(tenant, clientId, () =>
      readFile(assertionFile, 'utf8'),
    );
    assert.equal(await status(list, (await credential.getToken(DATABRICKS)).token), 200);
  });
  await check('a workload with such a token in a file gets one', async () => {
    const tokenFilePath = assertionFile;
    const credential = new WorkloadIdentityCredential({
      tenantId: tenant,
      clientId,
      tokenFilePath,
    });
    assert.equal(await status(list, (await credential.getToken(DATABRICKS)).token), 200);
  });
  await check('an assertion of which a letter is changed is refused', async () => {
    const assertion = (await readFile(assertionFile, 'utf8')).replace(/.{4}$/u, 'AAAA');
    const credential = new ClientAssertionCredential(tenant, clientId, async () => assertion);
    await assert.rejects(credential.getToken(DATABRICKS), /AADSTS/u);
  });
  await check('the identity of the machine needs no proof', async () => {
    const { token } = await new ManagedIdentityCredential().getToken(DATABRICKS);
    const claims = z.record(z.string(), z.unknown()).parse(partOf(token, 1));
    assert.equal(claims['appid'] ?? claims['azp'], managedIdentity);
    assert.equal(await status(list, token), 200);
  });
}

async function refused({ tenant, app }: Scene, check: Check) {
  await check('a wrong secret is AADSTS7000215', async () => {
    await assert.rejects(
      new ClientSecretCredential(tenant, app.clientId, 'wrong').getToken(DATABRICKS),
      /AADSTS7000215/u,
    );
  });
  await check('an unknown application is AADSTS700016', async () => {
    const nobody = '00000000-1111-4222-8333-444444444444';
    await assert.rejects(
      new ClientSecretCredential(tenant, nobody, 'x').getToken(DATABRICKS),
      /AADSTS700016/u,
    );
  });
  await check('an unknown tenant is AADSTS90002', async () => {
    const nowhere = '00000000-1111-4222-8333-444444444444';
    const credential = new ClientSecretCredential(nowhere, app.clientId, app.secret);
    await assert.rejects(credential.getToken(DATABRICKS), /AADSTS90002/u);
  });
  await check('an unknown resource is AADSTS500011', async () => {
    const credential = new ClientSecretCredential(tenant, app.clientId, app.secret);
    await assert.rejects(
      credential.getToken('https://nothing.example.com/.default'),
      /AADSTS500011/u,
    );
  });
  await check('a scope that is not /.default is refused', async () => {
    const credential = new ClientSecretCredential(tenant, app.clientId, app.secret);
    await assert.rejects(
      credential.getToken('https://graph.microsoft.com/User.Read'),
      /AADSTS(?:70011|1002012)/u,
    );
  });
}

async function discovery({ tenant, app }: Scene, check: Check) {
  await check(
    'an authority that is none of Microsoft is refused before any secret is sent',
    async () => {
      const options = { authorityHost: 'https://login.example.com' };
      const credential = new ClientSecretCredential(tenant, app.clientId, app.secret, options);
      await assert.rejects(
        credential.getToken(DATABRICKS),
        /instance|endpoints_resolution|authority/iu,
      );
    },
  );
}

function partOf(token: string, part: number): unknown {
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString());
}

async function status(address: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(address, { headers, redirect: 'manual' })).status;
}
