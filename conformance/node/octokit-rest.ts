/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-return -- its packages are not there when the whole is linted */
import assert from 'node:assert/strict';

import { Octokit } from '@octokit/rest';

import { waitFor } from '../../demo/wait-for.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

/** Starts workflows as tools from outside do, and finds the runs again. */
export async function run(scene: Scene, check: Check): Promise<void> {
  const { token, owner, repo } = scene.github;
  const octokit = new Octokit({ auth: token });
  const there = { owner, repo };

  await check('it hears who it is, and finds the repository', async () => {
    assert.equal((await octokit.rest.users.getAuthenticated()).data.login, 'ada');
    assert.equal((await octokit.rest.repos.get(there)).data.default_branch, 'main');
    assert.equal(
      (await octokit.rest.repos.getBranch({ ...there, branch: 'main' })).data.name,
      'main',
    );
  });
  await check('the workflows are listed, page by page', async () => {
    const all = await octokit.paginate(octokit.rest.actions.listRepoWorkflows, {
      ...there,
      per_page: 2,
    });
    assert.deepEqual(
      all.map(({ name }) => name),
      ['Release', 'Broken', 'Push'],
    );
  });
  await dispatch(octokit, there, check);
  await refuse(octokit, there, check);
  await report(octokit, there, check);
}

interface Repository {
  readonly owner: string;
  readonly repo: string;
}

async function dispatch(octokit: Octokit, there: Repository, check: Check) {
  const { actions, repos } = octokit.rest;
  let id = 0;
  await check(
    'a workflow is started without an answer, and its run appears a little later',
    async () => {
      const inputs = { model: 'wine', stage: 'Staging' };
      const started = await actions.createWorkflowDispatch({
        ...there,
        workflow_id: 'release.yml',
        ref: 'main',
        inputs,
      });
      assert.equal(started.status, 204);
      const list = async () =>
        (await actions.listWorkflowRuns({ ...there, workflow_id: 'release.yml' })).data
          .workflow_runs;
      id = (await waitFor('the run', async () => (await list())[0] ?? null)).id;
    },
  );
  await check('the run is followed to its end, and its log read through a redirect', async () => {
    const ended = await waitFor('its end', async () => {
      const { data } = await actions.getWorkflowRun({ ...there, run_id: id });
      return data.status === 'completed' ? data : null;
    });
    assert.equal(ended.conclusion, 'success');
    const { jobs } = (await actions.listJobsForWorkflowRun({ ...there, run_id: id })).data;
    const log = await actions.downloadJobLogsForWorkflowRun({
      ...there,
      job_id: jobs[0]?.id ?? 0,
    });
    assert.match(String(log.data), /released it/u);
  });
  await check('an event of its own starts the workflow that waits for it', async () => {
    const event_type = 'model-released';
    await repos.createDispatchEvent({ ...there, event_type, client_payload: { model: 'wine' } });
    const found = await waitFor('the run', async () => {
      const { data } = await actions.listWorkflowRunsForRepo({
        ...there,
        event: 'repository_dispatch',
      });
      return data.workflow_runs[0] ?? null;
    });
    assert.equal(found.event, 'repository_dispatch');
  });
}

async function refuse(octokit: Octokit, there: Repository, check: Check) {
  const { actions } = octokit.rest;
  const start = (workflow_id: string, inputs: Record<string, string> = {}) =>
    actions.createWorkflowDispatch({ ...there, workflow_id, ref: 'main', inputs });
  await check(
    'a workflow that does not take starts, an input too many or one missing is a 422',
    async () => {
      await assert.rejects(start('push.yml'), { status: 422 });
      await assert.rejects(start('release.yml', { model: 'wine', more: 'x' }), { status: 422 });
      await assert.rejects(start('release.yml', { stage: 'Staging' }), { status: 422 });
    },
  );
  await check('what is not there, or not to be seen, is a 404', async () => {
    await assert.rejects(start('none.yml'), { status: 404 });
    await assert.rejects(octokit.rest.repos.get({ owner: 'nobody', repo: 'none' }), {
      status: 404,
    });
  });
  await check('a wrong token is a 401', async () => {
    const stranger = new Octokit({ auth: 'wrong' });
    await assert.rejects(stranger.rest.users.getAuthenticated(), { status: 401 });
  });
}

async function report(octokit: Octokit, there: Repository, check: Check) {
  const { repos, rateLimit } = octokit.rest;
  await check('a commit gets a status, and the statuses are summed up', async () => {
    const { commit } = (await repos.getBranch({ ...there, branch: 'main' })).data;
    const of = { ...there, sha: commit.sha, context: 'signalbox' };
    await repos.createCommitStatus({ ...of, state: 'pending' });
    await repos.createCommitStatus({ ...of, state: 'success' });
    const { data } = await repos.getCombinedStatusForRef({ ...there, ref: commit.sha });
    assert.equal(data.state, 'success');
    assert.equal(data.statuses.length, 1);
  });
  await check('the rate limit is told, and goes down', async () => {
    const { data } = await rateLimit.get();
    assert.ok(data.rate.remaining < data.rate.limit);
  });
}
