import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MEMBER, NO_GIT, openForTest, type RunAnswer, USER_TOKEN } from '../open-for-test.ts';
import { GIT_URL, serveRepository } from './served-repository.ts';

/** What the stand-in for Entra ID issues to MEMBER for Azure DevOps. */
const CREDENTIAL = `Bearer issued:${MEMBER}:499b84ac-1321-427f-aa17-267ca6975798`;

test('the notebook of a branch runs from its newest commit, which the run names', async (t) => {
  const repository = await serveRepository(t, CREDENTIAL);
  const workspace = await openForTest(t, { environment: repository.environment });
  const first = await repository.commit('dev-nick', { 'nb/main.py': notebook('one') });

  const before = await workspace.ended(await workspace.submit([TASK], git('dev-nick')));
  const second = await repository.commit('dev-nick', { 'nb/main.py': notebook('two') });
  const after = await workspace.ended(await workspace.submit([TASK], git('dev-nick')));

  assert.deepEqual([commitOf(before), commitOf(after)], [first, second]);
  const outputs = [await workspace.output(before), await workspace.output(after)];
  assert.deepEqual(
    outputs.map((one) => one['notebook_output']),
    [
      { result: 'one', truncated: false },
      { result: 'two', truncated: false },
    ],
  );
  assert.deepEqual([...new Set(repository.authorizations)], [CREDENTIAL]);
});

test('a tag and a commit can be run too, and an .ipynb is found without its extension', async (t) => {
  const repository = await serveRepository(t, CREDENTIAL);
  const workspace = await openForTest(t, { environment: repository.environment });
  const old = await repository.commit('main', { 'nb/main.ipynb': jupyter('old') });
  await repository.git('tag', 'v1');
  await repository.commit('main', { 'nb/main.ipynb': jupyter('new') });
  const source = { git_url: GIT_URL, git_provider: 'AzureDevOpsServices' };

  const runs = await Promise.all(
    [{ git_tag: 'v1' }, { git_commit: old }].map(async (reference) => {
      const more = { git_source: { ...source, ...reference } };
      return workspace.ended(await workspace.submit([TASK], more));
    }),
  );

  assert.deepEqual(runs.map(commitOf), [old, old]);
  assert.deepEqual(
    runs.map((run) => run.state.result_state),
    ['SUCCESS', 'SUCCESS'],
  );
});

test('without a git credential the run is accepted, and fails at the checkout', async (t) => {
  const repository = await serveRepository(t, CREDENTIAL);
  const workspace = await openForTest(t, { environment: repository.environment });
  await repository.commit('main', { 'nb/main.py': notebook('one') });
  const submission = { tasks: [TASK], ...git('main') };

  const answers = await Promise.all(
    [`app:${NO_GIT}`, USER_TOKEN].map((token) =>
      workspace.call('POST', '/api/2.1/jobs/runs/submit', submission, token),
    ),
  );

  for (const { status, body } of answers) {
    assert.equal(status, 200);
    const run = await workspace.ended(Number(body['run_id']));
    assert.equal(run.state.life_cycle_state, 'INTERNAL_ERROR');
    assert.equal(run.state.result_state, 'FAILED');
    assert.equal(run.status.termination_details?.code, 'REPOSITORY_CHECKOUT_FAILED');
    assert.match(
      run.tasks[0]?.state.state_message ?? '',
      /^Failed to checkout Git repository: PERMISSION_DENIED: Missing Git provider credentials\./u,
    );
    const output = await workspace.output(run);
    assert.equal(output['error'], run.tasks[0]?.state.state_message);
  }
  assert.equal(repository.authorizations.length, 0);
});

test('a credential that the server refuses, a missing branch and odd names say what they are', async (t) => {
  const refusing = await serveRepository(t, 'Bearer somebody else');
  const serving = await serveRepository(t, CREDENTIAL);
  const there = await openForTest(t, { environment: refusing.environment });
  const here = await openForTest(t, { environment: serving.environment });

  const runs = await Promise.all([
    there.ended(await there.submit([TASK], git('main'))),
    here.ended(await here.submit([TASK], git('nowhere'))),
    here.ended(await here.submit([TASK], git('--upload-pack=touch /tmp/x'))),
    here.ended(
      await here.submit([TASK], { git_source: { ...git('main').git_source, git_url: '/etc' } }),
    ),
  ]);

  const messages = runs.map((run) => run.tasks[0]?.state.state_message ?? '');
  assert.match(messages[0] ?? '', /PERMISSION_DENIED: Invalid Git provider credentials/u);
  assert.match(messages[1] ?? '', /RESOURCE_DOES_NOT_EXIST: nowhere was not found\.$/u);
  assert.match(messages[2] ?? '', /INVALID_PARAMETER_VALUE: that is no name of a branch/u);
  assert.match(messages[3] ?? '', /INVALID_PARAMETER_VALUE: \/etc is not an https URL/u);
});

test('a notebook outside of the repository is not to be had, not even by a link in it', async (t) => {
  const repository = await serveRepository(t, CREDENTIAL);
  const workspace = await openForTest(t, { environment: repository.environment });
  await workspace.write('secret.py', notebook('not yours'));
  await repository.git('checkout', '-q', '-b', 'links');
  await repository.git('update-index', '--add', '--cacheinfo', `120000,${await link()},nb/main.py`);
  await repository.git('commit', '-q', '-m', 'Link');

  const run = await workspace.ended(await workspace.submit([TASK], git('links')));

  assert.equal(run.status.termination_details?.code, 'RESOURCE_NOT_FOUND');

  /** A blob that a link is made of. */
  async function link(): Promise<string> {
    await repository.commit('links', { target: '../../../../../secret.py' });
    return repository.git('rev-parse', 'HEAD:target');
  }
});

const TASK = { task_key: 'main', notebook_task: { notebook_path: 'nb/main' } };

function git(branch: string) {
  const provider = { git_url: GIT_URL, git_provider: 'azureDevOpsServices' };
  return { git_source: { ...provider, git_branch: branch } };
}

function notebook(result: string): string {
  return `# Databricks notebook source\ndbutils.notebook.exit("${result}")\n`;
}

function jupyter(result: string): string {
  const cell = { cell_type: 'code', source: [`dbutils.notebook.exit("${result}")`] };
  return JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

function commitOf(run: RunAnswer): string | undefined {
  return run.git_source?.git_snapshot?.used_commit;
}
