import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

import { type App, openApp } from '../src/app.ts';
import { loadConfig } from '../src/config/load.ts';
import { listen } from '../src/http/server.ts';
import { openLog } from '../src/lib/log.ts';

const EXAMPLE = path.join(import.meta.dirname, '../examples/wine-quality/signalbox.yaml');
export const SIGNING_SECRET = 'a-signing-secret-of-the-test';
const SP_CREDENTIAL = 'a-client-secret-of-the-test';

export interface TestService {
  readonly url: string;
  readonly app: App;
  /** The folder with the store; what was written there can be searched. */
  readonly folder: string;
  /** Everything that was logged. */
  readonly log: () => string;
}

/** The example's service on a real port, without a worker: it takes in, and starts nothing. */
export async function openService(t: TestContext): Promise<TestService> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-test-'));
  const lines: string[] = [];
  const env = { SP_CREDENTIAL, SIGNALBOX_SIGNING_SECRET: SIGNING_SECRET };
  const app = openApp({
    config: loadConfig(EXAMPLE, { env }),
    storeFile: path.join(folder, 'signalbox.db'),
    pagesFolder: path.join(import.meta.dirname, '../web/dist'),
    browse: null,
    fetch: globalThis.fetch,
    now: Date.now,
    log: openLog('debug', { write: (line) => lines.push(line) }),
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  return { url: server.url, app, folder, log: () => lines.join('') };
}
