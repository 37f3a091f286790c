import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

import { type App, type AppDeps, openApp } from '../../src/app.ts';
import { AZURE_DEVOPS_RESOURCE } from '../../src/clients/azure-devops/azure-devops-client.ts';
import { loadConfig } from '../../src/config/load.ts';
import { listen } from '../../src/http/server.ts';
import { openLog } from '../../src/lib/log.ts';
import type { StoredDelivery } from '../../src/store/store.ts';

/** The service in bad weather: its real HTTP, store and clients, and a clock moved by hand. */
export interface Weather {
  readonly app: App;
  readonly url: string;
  readonly folder: string;
  /** The lines of the log. */
  readonly log: readonly string[];
  later(ms: number): void;
  /** Asks by hand for a run at a target; resolves to the event's id. */
  ask(target: string): Promise<string>;
  /** The only delivery of an event. */
  delivery(event: string): Promise<StoredDelivery>;
}

interface Setup {
  /** Each target's organisation: a rule of its name starts pipeline 1 there. */
  readonly targets: Readonly<Record<string, string>>;
  /** Rules for stage changes instead, by their conditions. */
  readonly conditions?: Readonly<Record<string, string>>;
  readonly engine?: Readonly<Record<string, string>>;
  readonly deps?: Partial<Pick<AppDeps, 'fetch' | 'store'>>;
}

/** Opens it, gone with the test. */
export async function openWeather(t: TestContext, setup: Setup): Promise<Weather> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-weather-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'signalbox.yaml');
  writeFileSync(file, JSON.stringify(configOf(setup)));
  const log: string[] = [];
  let nowMs = Date.now();
  const app = openApp({
    config: loadConfig(file, { env: { SECRET: SIGNING_SECRET } }),
    storeFile: path.join(folder, 'signalbox.db'),
    pagesFolder: folder,
    browse: null,
    fetch: async (url, init) =>
      new Request(url).url.startsWith('https://login.microsoftonline.com')
        ? token()
        : await (setup.deps?.fetch ?? globalThis.fetch)(url, init),
    now: () => nowMs,
    log: openLog('info', { write: (line) => log.push(line) }),
    ...(setup.deps?.store && { store: setup.deps.store }),
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });
  return {
    app,
    url: server.url,
    folder,
    log,
    later: (ms) => {
      nowMs += ms;
    },
    async ask(target) {
      const response = await fetch(`${server.url}/api/manual/by-hand`, {
        method: 'POST',
        body: JSON.stringify({ name: target }),
      });
      const answer: unknown = await response.json();
      assert.equal(response.status, 202, JSON.stringify(answer));
      assert(typeof answer === 'object' && answer && 'event' in answer);
      return String(answer.event);
    },
    async delivery(event) {
      const [only] = await app.engine.store.deliveriesOf([event]);
      assert(only);
      return only;
    },
  };
}

/** With which the registry `prod` signs. */
export const SIGNING_SECRET = 'a-signing-secret-of-the-weather';

function configOf({ targets, conditions, engine = {} }: Setup) {
  return {
    version: 1,
    identities: {
      sp: {
        type: 'entra',
        tenant: '16b3c013-d300-468d-ac64-7eda0820b6d3',
        client_id: '5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21',
        client_secret: '${env:SECRET}',
      },
    },
    sources: {
      'by-hand': { type: 'manual' },
      prod: {
        type: 'databricks-registry',
        host: 'https://adb-1.1.azuredatabricks.net',
        identity: 'sp',
        signing_secrets: ['${env:SECRET}'],
      },
    },
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, organization]) => [
        name,
        { type: 'azure-pipelines', organization, project: 'ml', identity: 'sp' },
      ]),
    ),
    rules: Object.keys(targets).map((name) => ({
      name,
      on: conditions ? 'model_version.stage_changed' : 'manual.requested',
      when: conditions?.[name] ?? `event.name == "${name}"`,
      run: { target: name, pipeline: 1 },
    })),
    engine,
  };
}

function token(): Response {
  const claims = { aud: AZURE_DEVOPS_RESOURCE, exp: Date.now() / 1000 + 86_400_000 };
  const parts = [{ alg: 'none' }, claims, {}].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return Response.json({ access_token: parts.join('.') });
}
