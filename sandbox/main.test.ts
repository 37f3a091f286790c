import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { z } from 'zod';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, 'main.ts');
const TENANT = '11111111-1111-4111-8111-111111111111';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-main-'));
});

after(() => rm(folder, { recursive: true }));

test('it says where it is, serves, and stops when told to, leaving nothing behind', async () => {
  const sandbox = spawn(process.execPath, [MAIN, await configFile(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: unknown[] = await once(createInterface(sandbox.stdout), 'line');
  const { admin, ca, env } = Ready.parse(JSON.parse(String(lines[0])));

  const health = await fetch(`${admin}/_sandbox/health`, {
    headers: { authorization: 'Bearer admin-token-0123456789' },
  });
  assert.partialDeepStrictEqual(await health.json(), {
    services: ['entra', 'databricks', 'azure-devops'],
  });
  const { stdout } = await run(
    'curl',
    ['-sS', `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`],
    { env: { ...process.env, ...env } },
  );
  assert.match(stdout, /"kid"/);

  sandbox.kill('SIGTERM');
  assert.deepEqual(await once(sandbox, 'exit'), [0, null]);
  await assert.rejects(access(dirname(ca)));
});

test('a wrong configuration ends it, with the file and the place', async () => {
  const misspelt = { ...config, entra: { tenant: TENANT, apps: [{ client_id: 'x' }], ap: [] } };
  const path = await configFile(misspelt);

  const { code, stderr } = await failing([path]);

  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`^${path}: entra\\.apps\\[0\\]\\.client_id: `, 'm'));
  assert.match(stderr, /: entra: Unrecognized key: "ap"/);
});

test('a wrong command line ends it, with the usage', async () => {
  const [none, port, unknown] = await Promise.all([
    failing([]),
    failing(['a', '--admin-port', 'x']),
    failing([join(folder, 'none.yaml')]),
  ]);

  assert.deepEqual([none.code, port.code, unknown.code], [2, 2, 2]);
  assert.match(none.stderr, /one configuration file is needed\nusage: /);
  assert.match(port.stderr, /x is not a port\nusage: /);
  assert.match(unknown.stderr, /none\.yaml: cannot be read/);
});

const Ready = z.object({
  ready: z.literal(true),
  proxy: z.url(),
  admin: z.url(),
  ca: z.string(),
  env: z.record(z.string(), z.string()),
});

const config = {
  admin_token: 'admin-token-0123456789',
  entra: { tenant: TENANT, apps: [] },
  databricks: {
    host: 'adb-1234567890123456.7.azuredatabricks.net',
    workspace_id: '1234567890123456',
    principals: [],
  },
  azure_devops: { organization: 'contoso', project: 'MLFlowHooks', principals: [] },
};

async function configFile(content: unknown): Promise<string> {
  const path = join(folder, 'sandbox.yaml');
  await writeFile(path, JSON.stringify(content));
  return path;
}

async function failing(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const ended = await run(process.execPath, [MAIN, ...args]).catch((error: unknown) => error);
  return z.object({ code: z.number(), stderr: z.string() }).parse(ended);
}
