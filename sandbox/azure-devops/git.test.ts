import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { z } from 'zod';

import { serveFetch } from '../kit/serve-fetch.ts';
import {
  base,
  member,
  openForTest,
  pat,
  stranger,
  type TestOrganization,
} from './open-for-test.ts';

const pipeline = `
trigger:
  branches:
    include: ['dev-*']
  paths:
    include: [notebooks/*]
steps:
- script: cat notebooks/a.py
`;

test('a push of a notebook to a branch starts its pipeline, for who pushed it', async () => {
  await using azure = await openForTest({ files: files(pipeline) });
  await using git = await serve(azure);
  await git.clone();

  await git.run('switch', '-c', 'dev-nick');
  await git.commit('notebooks/a.py', 'print(2)\n', 'Change the notebook');
  await git.run('push', '--quiet', 'origin', 'dev-nick');

  const [build] = await builds(azure);
  assert.equal(build?.sourceBranch, 'refs/heads/dev-nick');
  assert.equal(build.reason, 'individualCI');
  assert.equal(build.requestedFor.displayName, 'Nick');
  assert.equal(build.sourceVersion, (await git.run('rev-parse', 'HEAD')).trim());
  const run = await azure.ended(build.id);
  assert.equal(run.result, 'succeeded');
  assert.match(run.log('CmdLine'), /print\(2\)/);
});

test('a push that changes nothing the pipeline looks at starts nothing', async () => {
  await using azure = await openForTest({ files: files(pipeline), branches: ['dev-nick'] });
  await using git = await serve(azure);
  await git.clone();

  await git.run('switch', 'dev-nick');
  await git.commit('README.md', 'words\n', 'Write');
  await git.run('push', '--quiet', 'origin', 'dev-nick');
  await git.commit('notebooks/a.py', 'print(3)\n', 'Change it [skip ci]');
  await git.run('push', '--quiet', 'origin', 'dev-nick');
  await git.run('push', '--quiet', 'origin', 'HEAD:refs/heads/other');
  await git.run('push', '--quiet', 'origin', '--delete', 'dev-nick');

  assert.deepEqual(await builds(azure), []);
});

test('a push of a broken pipeline leaves a run that failed and says why', async () => {
  await using azure = await openForTest({ files: files('trigger: [main]\nstepz: []\n') });
  await using git = await serve(azure);
  await git.clone();

  await git.commit('notebooks/a.py', 'print(4)\n', 'Change it');
  await git.run('push', '--quiet');

  const [build] = await builds(azure);
  assert.equal(build?.result, 'failed');
  assert.match(
    build.validationResults[0]?.message ?? '',
    /^\/azure-pipelines\.yml \(Line: 2, Col: 1\): Unexpected value 'stepz'/,
  );
});

test('git is asked for a credential, and only a member gets in', async () => {
  await using azure = await openForTest({ files: files(pipeline) });
  await using git = await serve(azure);

  const asked = await fetch(`${git.url}/info/refs?service=git-upload-pack`);
  assert.equal(asked.status, 401);
  assert.match(asked.headers.get('www-authenticate') ?? '', /^Basic /);
  await assert.rejects(git.run('-c', bearer(stranger), 'ls-remote', git.url));
  assert.match(await git.run('-c', bearer(member), 'ls-remote', git.url), /refs\/heads\/main/);
  const nosuch = git.url.replace('wine-quality', 'nosuch');
  await assert.rejects(git.run('-c', bearer(member), 'ls-remote', nosuch), /not found/);
});

test('a large push comes through, though git compresses what it sends', async () => {
  await using azure = await openForTest({ files: files('trigger: none\nsteps: []\n') });
  await using git = await serve(azure);
  await git.clone();
  const text = Array.from({ length: 60_000 }, (_, i) => `${i} ${i * 7919}`).join('\n');

  await git.commit('data/large.csv', text, 'Add data');
  await git.run('push', '--quiet');
  await git.run('clone', '--quiet', '-c', 'protocol.version=0', git.remote, 'again');

  assert.equal(await readFile(join(git.folder, 'again/data/large.csv'), 'utf8'), text);
});

function bearer(client: string): string {
  return `http.extraHeader=Authorization: Bearer app:${client}`;
}

const Build = z.object({
  id: z.number(),
  sourceBranch: z.string(),
  sourceVersion: z.string(),
  reason: z.string(),
  result: z.string().optional(),
  requestedFor: z.object({ displayName: z.string() }),
  validationResults: z.array(z.object({ message: z.string() })),
});

async function builds(azure: TestOrganization) {
  return z.array(Build).parse((await azure.json('GET', `${base}/build/builds`))['value']);
}

function files(yaml: string) {
  return { 'azure-pipelines.yml': yaml, 'notebooks/a.py': 'print(1)\n', 'README.md': 'hello\n' };
}

/** The organisation on a port of its own, and git to reach it with. */
async function serve(azure: TestOrganization) {
  const server = createServer(
    serveFetch({
      scheme: 'http',
      answer: async (request) => ({
        kind: 'response',
        response: (await azure.service.handle(request)).response,
      }),
      now: Date.now,
      log: (line) => assert.fail(line),
    }),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const path = `127.0.0.1:${address.port}/contoso/MLFlowHooks/_git/wine-quality`;
  const folder = join(azure.folder, 'clone');
  await mkdir(folder);
  const env = {
    PATH: process.env['PATH'],
    HOME: azure.folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Nick',
    GIT_AUTHOR_EMAIL: 'nick@contoso.com',
    GIT_COMMITTER_NAME: 'Nick',
    GIT_COMMITTER_EMAIL: 'nick@contoso.com',
  };
  const remote = `http://anything:${pat}@${path}`;
  const run = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: folder, env })).stdout;

  return {
    url: `http://${path}`,
    remote,
    folder,
    run,
    clone: () => run('clone', '--quiet', remote, '.'),
    async commit(file: string, text: string, message: string) {
      await mkdir(join(folder, file, '..'), { recursive: true });
      await writeFile(join(folder, file), text);
      await run('add', '--all');
      await run('commit', '--quiet', '-m', message);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
