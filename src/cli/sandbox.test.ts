import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, mock, test } from 'node:test';

import { runCli } from './cli.ts';

const MAIN = path.join(import.meta.dirname, '../main.ts');
const STATE = '.signalbox/sandbox.json';
const TENANT = '11111111-1111-4111-8111-111111111111';
const KEYS = `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`;

let folder: string;
let sandbox: ChildProcess;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cli-sandbox-'));
  process.chdir(folder);
  sandbox = startSandbox();
  await ready(sandbox);
});

after(async () => {
  sandbox.kill('SIGTERM');
  await once(sandbox, 'exit');
  rmSync(folder, { recursive: true });
});

test('a sandbox leaves word of itself for its user alone', () => {
  assert.equal(statSync(STATE).mode & 0o777, 0o600);
  assert.equal(statSync(path.dirname(STATE)).mode & 0o777, 0o700);
});

test('a command runs in the sandbox, and its exit code is ours', async () => {
  assert.equal((await run('exec', '--', 'curl', '-sS', '-o', 'keys.json', KEYS)).code, 0);
  assert.match(readFileSync('keys.json', 'utf8'), /"kid"/);

  const beyond = ['curl', '-sS', '--max-time', '5', '-o', '/dev/null', 'https://example.com/'];
  assert.equal((await run('exec', '--', ...beyond)).code, 56);
  assert.match((await run('refused')).out, /1 times {2}example\.com: not emulated/);
});

test('the variables are printed for a shell, and as JSON', async () => {
  const { out } = await run('env');
  assert.match(out, /^export HTTPS_PROXY='http:\/\/127\.0\.0\.1:\d+'$/m);
  const json: unknown = JSON.parse((await run('env', '-o', 'json')).out);
  assert.partialDeepStrictEqual(json, { NO_PROXY: '127.0.0.1,localhost,::1' });
});

test('a rule is added, listed with its strikes, and taken away', async () => {
  const rule = '{id: gone, service: entra, do: {kind: status, status: 410}}';
  assert.deepEqual(await run('fault', 'add', rule), { code: 0, out: 'gone' });
  await run('exec', '--', 'curl', '-sS', '-o', '/dev/null', KEYS);
  assert.match((await run('fault', 'list')).out, /^gone {2}struck 1 of 1 {2}\{.*"service":"entra"/);
  assert.match((await run('journal', '--service', 'entra')).out, /410 {2}GET .*\(.*fault gone\)/);

  assert.equal((await run('fault', 'clear', 'gone')).code, 0);
  assert.equal((await run('fault', 'list')).out, '');
});

test('a preset is added by its name, and the names are listed', async () => {
  assert.match(
    (await run('fault', 'preset')).out,
    /^lost-submit-reply {2,}the next Databricks run/m,
  );
  const { out } = await run('fault', 'preset', 'webhook-duplicate');
  assert.match(
    out,
    /^webhook-duplicate: every registry webhook .*\nwebhook-duplicate\nwebhook-duplicate-2$/,
  );
  assert.equal((await run('fault', 'clear')).code, 0);
});

test('the clock moves on by a span of time', async () => {
  const earlier = Date.parse((await run('clock', 'now')).out);
  const later = Date.parse((await run('clock', 'advance', '59m')).out);
  assert.ok(later - earlier >= 59 * 60_000);
});

test('a token of a workflow is minted', async () => {
  const { out } = await run('assertion', 'repo:a/b:ref:refs/heads/main', '--lifetime', '1m');
  assert.equal(out.split('.').length, 3);
});

test('a wrong command line ends with 2, and says what is wrong', async () => {
  const cases = [
    [[], /Usage: signalbox sandbox/],
    [['fualt'], /unknown command 'fualt'.*Did you mean fault/s],
    [['start'], /missing required argument 'config'/],
    [['exec'], /missing required argument 'command'/],
    [['exec', '--', 'no-such-program'], /no-such-program cannot be run/],
    [['fault', 'add', '{do: {kind: explode}}'], /do\.kind/],
    [['fault', 'add', '{do: [}'], /not YAML/],
    [['fault', 'preset', 'none'], /no preset none; there are token-expires-midway/],
    [['fault', 'clear', 'none'], /no fault none/],
    [['clock', 'advance', '59'], /must be a number and a unit/],
    [['assertion', 'a', '--issuer', 'gitlab'], /Allowed choices are github, azure-pipelines/],
    [['journal', '--state', 'none.json'], /no sandbox runs here/],
    [['journal', '--admin', 'http://127.0.0.1:1'], /SIGNALBOX_SANDBOX_TOKEN/],
  ] as const;

  for (const [args, message] of cases) {
    const { code, out } = await run(...args);
    assert.equal(code, 2, out);
    assert.match(out, message);
  }
});

test('a state file that others could have written is not believed', async () => {
  const other = 'open.json';
  writeFileSync(other, readFileSync(STATE));
  chmodSync(other, 0o644);

  const { code, out } = await run('env', '--state', other);

  assert.equal(code, 2);
  assert.match(out, /not for you alone/);
});

test('a second sandbox does not take the place of one that runs', async () => {
  const second = startSandbox();
  let said = '';
  second.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  assert.deepEqual(await once(second, 'exit'), [2, null]);
  assert.match(said, /another sandbox runs here, process \d+/);
  assert.ok(existsSync(STATE));
});

/** Runs a command of `signalbox sandbox` in this process; `out` is all that it printed. */
async function run(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const log = mock.method(console, 'log', (text: string) => {
    lines.push(`${text}\n`);
  });
  // Standard output is where the test itself is reported.
  const errors = mock.method(process.stderr, 'write', (text: string) => {
    lines.push(text);
    return true;
  });
  try {
    const code = await runCli(['sandbox', ...args]);
    return { code, out: lines.join('').trimEnd() };
  } finally {
    log.mock.restore();
    errors.mock.restore();
  }
}

function startSandbox(): ChildProcess {
  writeFileSync(
    'sandbox.json',
    JSON.stringify({
      admin_token: 'admin-token-0123456789',
      entra: { tenant: TENANT, apps: [] },
      databricks: {
        host: 'adb-1234567890123456.7.azuredatabricks.net',
        workspace_id: '1234567890123456',
        principals: [],
      },
      azure_devops: { organization: 'contoso', project: 'MLFlowHooks', principals: [] },
    }),
  );
  const args = [MAIN, 'sandbox', 'start', 'sandbox.json'];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ready(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout);
  const line: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  assert.match(String(line[0]), /"ready":true/);
}
