import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

import {
  base,
  member,
  openForTest,
  type TestOrganization,
} from '../sandbox/azure-devops/open-for-test.ts';
import { type App, openApp } from '../src/app.ts';
import { AZURE_DEVOPS_RESOURCE } from '../src/clients/azure-devops/azure-devops-client.ts';
import { loadConfig } from '../src/config/load.ts';
import { listen } from '../src/http/server.ts';
import { openLog } from '../src/lib/log.ts';
import type { StoredDelivery } from '../src/store/store.ts';

/** What the service shows as its secret when Azure DevOps tells it of a run. */
export const HOOK_SECRET = 'a-hook-secret-of-the-test';

const AT_ONCE = 50;

/** The service and an emulated Azure DevOps in one process; the service's clock is moved by hand. */
export interface AzureFlow {
  readonly app: App;
  readonly url: string;
  readonly organization: TestOrganization;
  /** The requests that the service has sent to Azure DevOps: `GET build/builds/1001`. */
  readonly requests: string[];
  now(): number;
  later(ms: number): void;
  /** Asks for so many runs by hand, and resolves to their deliveries. */
  ask(count: number): Promise<readonly StoredDelivery[]>;
  /** Runs every step until there is nothing to do. */
  settle(): Promise<void>;
  deliveries(): Promise<readonly StoredDelivery[]>;
}

interface Setup {
  /** The steps of the pipeline. */
  readonly steps: string;
  /** None: every run waits for one, for as long as it is let. */
  readonly agents?: number;
}

/** Opens both, gone with the test. */
export async function openAzureFlow(t: TestContext, { steps, agents }: Setup): Promise<AzureFlow> {
  const files = { 'azure-pipelines.yml': pipelineOf(steps) };
  const organization = await openForTest({ files, ...(agents !== undefined && { agents }) });
  t.after(() => organization[Symbol.asyncDispose]());
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-flow-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'signalbox.yaml'), CONFIG);

  const requests: string[] = [];
  let nowMs = Date.now();
  const app = openApp({
    config: loadConfig(path.join(folder, 'signalbox.yaml'), { env: { SECRET: 'x', HOOK_SECRET } }),
    storeFile: path.join(folder, 'signalbox.db'),
    pagesFolder: folder,
    browse: null,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const { hostname, pathname } = new URL(request.url);
      if (hostname === 'login.microsoftonline.com') return token();
      request.headers.set('authorization', `Bearer app:${member}`);
      requests.push(`${request.method} ${pathname.replace(base, '').replace(/^\//, '')}`);
      return (await organization.service.handle(request)).response;
    },
    now: () => nowMs,
    log: openLog('silent'),
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  const { store } = app.engine;
  const deliveries = async () =>
    await store.deliveriesOf((await store.events(10_000)).map(({ id }) => id));
  return {
    app,
    url: server.url,
    organization,
    requests,
    deliveries,
    now: () => nowMs,
    later: (ms) => {
      nowMs += ms;
    },
    async ask(count) {
      // A few at a time: a busy machine would take longer over all at once than a request may.
      for (let from = 0; from < count; from += AT_ONCE) {
        const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, async () => {
          const response = await fetch(`${server.url}/api/manual/by-hand`, {
            method: 'POST',
            body: JSON.stringify({ name: 'nightly' }),
          });
          assert.equal(response.status, 202);
        });
        await Promise.all(some);
      }
      return await deliveries();
    },
    async settle() {
      for (;;) {
        if ((await app.worker.tick()) === 0) return;
      }
    },
  };
}

/** A token that looks like one of Entra ID; the organisation is shown one that it believes. */
function token(): Response {
  const claims = { aud: AZURE_DEVOPS_RESOURCE, exp: Date.now() / 1000 + 86_400_000 };
  const parts = [{ alg: 'none' }, claims, {}].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return Response.json({ access_token: parts.join('.') });
}

function pipelineOf(steps: string): string {
  return `
trigger: none
parameters:
- name: signalbox_key
  type: string
steps:
- checkout: none
${steps}
`;
}

const CONFIG = `
version: 1
identities:
  sp:
    type: entra
    tenant: 11111111-2222-4333-8444-555555555555
    client_id: ${member}
    client_secret: \${env:SECRET}
sources:
  by-hand:
    type: manual
targets:
  devops:
    type: azure-pipelines
    organization: https://dev.azure.com/contoso
    project: MLFlowHooks
    identity: sp
    hook_secrets: ["\${env:HOOK_SECRET}"]
rules:
  - name: nightly
    on: manual.requested
    run:
      target: devops
      pipeline: 1
`;
