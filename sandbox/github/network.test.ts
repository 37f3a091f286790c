import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';

import { Fault } from '../kit/fault.ts';
import { openNetwork } from '../kit/network.ts';
import { PRESETS } from '../kit/presets.ts';
import { GithubConfig } from './github-config.ts';
import { openGithub } from './index.ts';

const run = promisify(execFile);
const TOKEN = 'github_pat_0123456789';

test('too fast is told with the time to wait, and does not hurt what comes later', async (t) => {
  const { network, ask } = await openHere(t);
  const preset = PRESETS.find(({ name }) => name === 'github-secondary-limit');
  for (const fault of preset?.faults(network.tools.clock.now()) ?? []) network.faults.add(fault);

  const answers = [await ask('GET', '/user'), await ask('GET', '/user'), await ask('GET', '/user')];

  assert.deepEqual(
    answers.map((text) => /^HTTP\/1\.1 (\d+)/mu.exec(text.split('\r\n\r\n').at(-2) ?? '')?.[1]),
    ['403', '403', '200'],
  );
  assert.match(answers[0] ?? '', /^retry-after: 60\r$/imu);
  assert.match(answers[0] ?? '', /You have exceeded a secondary rate limit/u);
});

test('a fault of the sandbox ends a run, and is meant for GitHub alone', async (t) => {
  const { network, ask } = await openHere(t);
  const ending = { kind: 'run-ending', result_state: 'FAILED' };
  network.faults.add(Fault.parse({ do: ending }));
  const body = JSON.stringify({ ref: 'main', return_run_details: true });
  const path = '/repos/contoso/wine-quality/actions';
  const concluded = async () => {
    const started = await ask('POST', `${path}/workflows/ci.yml/dispatches`, body);
    const id = /"workflow_run_id":(\d+)/u.exec(started)?.[1];
    return /"conclusion":"?(\w+)/u.exec(await ask('GET', `${path}/runs/${id}`))?.[1];
  };

  const without = await concluded();
  network.faults.add(Fault.parse({ service: 'github', run: 'C*', do: ending }));

  assert.deepEqual([without, await concluded()], ['success', 'failure']);
});

async function openHere(t: TestContext) {
  const workDir = await mkdtemp(join(tmpdir(), 'github-'));
  const network = await openNetwork({ workDir, adminToken: 'a-token-of-16-bytes' });
  t.after(async () => {
    await network[Symbol.asyncDispose]();
    await rm(workDir, { recursive: true });
  });
  const workflow = {
    name: 'CI',
    path: '.github/workflows/ci.yml',
    workflow_dispatch: {},
    takes_ms: 0,
  };
  const config = GithubConfig.parse({
    users: [{ login: 'ann', token: TOKEN }],
    repositories: [{ owner: 'contoso', name: 'wine-quality', workflows: [workflow] }],
  });
  for (const service of openGithub(config, network.tools)) network.add(service);
  const env = { PATH: process.env['PATH'], ...network.environment() };
  /** Headers and body, as an ordinary program gets them. */
  const ask = async (method: string, path: string, body = ''): Promise<string> => {
    const data = body === '' ? [] : ['--data', body];
    const header = `authorization: Bearer ${TOKEN}`;
    const url = `https://api.github.com${path}`;
    const args = ['-sS', '--max-time', '5', '-i', '-X', method, '-H', header, ...data, url];
    return (await run('curl', args, { env })).stdout;
  };
  return { network, ask };
}
