import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { waitFor } from '../../demo/wait-for.ts';
import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import { runCommand } from '../run-command.ts';
import type { SandboxProcess } from '../sandbox-process.ts';
import { sentencesIn } from '../sentences.ts';

/** git, over HTTP, with the credentials that people and pipelines have. */
export const git: Client = {
  name: 'git',
  sentences: () => sentencesIn('clients/git.ts'),
  async prepare() {
    const { code, stdout } = await runCommand('git', ['--version']);
    if (code !== 0)
      return { kind: 'absent', version: null, because: 'there is no git on this machine' };
    return { kind: 'ready', version: /\d\S+/u.exec(stdout)?.[0] ?? '', run };
  },
};

async function run(sandbox: SandboxProcess, check: Check): Promise<void> {
  const { folder, azureDevops } = sandbox.scene;
  const url = `${azureDevops.url}/${azureDevops.project}/_git/${azureDevops.repository}`;
  const clone = path.join(folder, 'clone');
  const gitIt = gitIn(sandbox, azureDevops.token);

  await check('a repository is cloned over HTTP', async () => {
    await gitIt(['clone', '--quiet', url, clone]);
    assert.match(await gitIt(['-C', clone, 'log', '--oneline']), /^[0-9a-f]{7,} /u);
  });
  await check(
    'a push to a new branch starts the pipeline that waits for such branches',
    async () => {
      appendFileSync(path.join(clone, 'notebooks/hello.py'), '\n# changed\n');
      await gitIt(['-C', clone, 'commit', '--quiet', '--all', '--message=Change a notebook']);
      await gitIt(['-C', clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/feature/one']);
      const commit = await gitIt(['-C', clone, 'rev-parse', 'HEAD']);
      const builds = await waitFor('a build', () => buildsOf(sandbox, 'feature/one'), 10_000);
      assert.deepEqual(builds, [{ reason: 'individualCI', sourceVersion: commit }]);
    },
  );
  await check(
    'a push that says [skip ci], or changes nothing that matters, starts nothing',
    async () => {
      appendFileSync(path.join(clone, 'README.md'), '\nchanged\n');
      await gitIt(['-C', clone, 'commit', '--quiet', '--all', '--message=Change it [skip ci]']);
      await gitIt(['-C', clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/feature/two']);
      await gitIt(['-C', clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/other']);
      assert.equal(await buildsOf(sandbox, 'feature/two'), null);
      assert.equal(await buildsOf(sandbox, 'other'), null);
    },
  );
  await check('a shallow fetch brings one commit of many', async () => {
    const shallow = path.join(folder, 'shallow');
    await gitIt(['clone', '--quiet', '--depth=1', '--branch=feature/one', url, shallow]);
    assert.equal(await gitIt(['-C', shallow, 'rev-list', '--count', 'HEAD']), '1');
    assert.notEqual(await gitIt(['-C', clone, 'rev-list', '--count', 'HEAD']), '1');
  });
  await check('one commit can be fetched by its id, as the agent does', async () => {
    const bare = path.join(folder, 'bare.git');
    const commit = await gitIt(['-C', clone, 'rev-parse', 'HEAD~1']);
    await gitIt(['init', '--quiet', '--bare', bare]);
    await gitIt(['-C', bare, 'fetch', '--quiet', '--depth=1', url, commit]);
    assert.equal(await gitIt(['-C', bare, 'rev-parse', 'FETCH_HEAD']), commit);
  });
  await pushCarefully({ sandbox, check, gitIt, clone, url });
}

interface Pushing {
  readonly sandbox: SandboxProcess;
  readonly check: Check;
  readonly gitIt: (args: readonly string[]) => Promise<string>;
  readonly clone: string;
  readonly url: string;
}

async function pushCarefully({ sandbox, check, gitIt, clone, url }: Pushing): Promise<void> {
  await check('a push that is not fast-forward is rejected, and may be forced', async () => {
    await gitIt(['-C', clone, 'commit', '--quiet', '--amend', '--message=Other [skip ci]']);
    const push = ['-C', clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/feature/two'];
    await assert.rejects(gitIt(push), /rejected/u);
    await gitIt([...push, '--force']);
  });
  await check('a tag is pushed, and a branch deleted', async () => {
    await gitIt(['-C', clone, 'tag', 'v1']);
    await gitIt(['-C', clone, 'push', '--quiet', 'origin', 'v1', ':refs/heads/other']);
    const refs = await gitIt(['ls-remote', url]);
    assert.match(refs, /refs\/tags\/v1$/mu);
    assert.doesNotMatch(refs, /refs\/heads\/other$/mu);
  });
  await check('a wrong token may neither read nor write', async () => {
    const wrong = gitIn(sandbox, 'wrong');
    await assert.rejects(
      wrong(['ls-remote', url]),
      /Authentication failed|could not read Username/u,
    );
  });
  await check('a repository that there is not is not found', async () => {
    await assert.rejects(gitIt(['ls-remote', `${url}-not`]), /not found|404/iu);
  });
}

function gitIn({ environment, scene }: SandboxProcess, token: string) {
  const basic = Buffer.from(`ada:${token}`).toString('base64');
  const env = {
    ...environment,
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@fabrikam.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@fabrikam.com',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  return async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCommand('git', args, { cwd: scene.folder, env });
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
    return stdout.trim();
  };
}

const Builds = z.object({
  value: z.array(z.object({ reason: z.string(), sourceVersion: z.string() })),
});

/** The builds of a branch; null: none. */
async function buildsOf({ scene, environment }: SandboxProcess, branch: string) {
  const { azureDevops } = scene;
  const query = `branchName=refs/heads/${branch}&api-version=7.1`;
  const url = `${azureDevops.url}/${azureDevops.project}/_apis/build/builds?${query}`;
  const args = ['-sS', '-u', `:${azureDevops.token}`, url];
  const { stdout } = await runCommand('curl', args, { env: environment });
  const { value } = Builds.parse(JSON.parse(stdout));
  return value.length === 0 ? null : value;
}
