import type { Scene } from '../scene.ts';
import { lacks } from './lacks.ts';
import { latest } from './learned.ts';
import { step } from './step.ts';
import type { Target } from './target.ts';

export const github: Target = {
  service: 'github',
  host: () => 'api.github.com',
  credential,
  plausible: ({ github: { owner, repo } }) => ({
    owner: [owner, owner.toUpperCase()],
    repo: [repo],
    workflow: ['release.yml', 'broken.yml', 'push.yml', 1],
    run: [latest('run'), latest('run'), 42],
    job: [latest('job'), 42],
    branch: ['main', 'none'],
    ref: ['main', latest('sha')],
    sha: [latest('sha')],
    state: ['success', 'failure', 'pending', 'error'],
    context: ['signalbox'],
    event: ['workflow_dispatch', 'repository_dispatch'],
    event_type: ['model-released', 'other'],
    status: ['completed', 'success', 'queued'],
    created: ['>=2026-01-01', '2026-01-01..2027-01-01', '*..x'],
    per_page: [1, 100, 0, 101],
    page: [1, 2, 9_999],
  }),
  before: (scene) => {
    const { owner, repo } = scene.github;
    const authorized = credential(scene);
    const runs = `/repos/${owner}/${repo}/actions`;
    const list = {
      request: { method: 'GET', path: `${runs}/runs`, headers: authorized, body: null },
      learn: { run: 'workflow_runs.0.id' },
    };
    const jobs = {
      request: { ...list.request, path: `${runs}/runs/${latest('run')}/jobs` },
      learn: { job: 'jobs.0.id' },
    };
    return [
      step(
        'POST',
        `${runs}/workflows/broken.yml/dispatches`,
        { ref: 'main' },
        { credential: authorized },
      ),
      list,
      jobs,
    ];
  },
  bodies: () => ({
    '/repos/:owner/:repo/actions/workflows/:workflow/dispatches': {
      ref: 'main',
      inputs: { model: 'm', stage: 'Staging' },
    },
    '/repos/:owner/:repo/dispatches': {
      event_type: 'model-released',
      client_payload: { model: 'm', deep: { er: [1] } },
    },
    '/repos/:owner/:repo/statuses/:sha': {
      state: 'success',
      context: 'signalbox',
      description: 'd',
      target_url: 'https://example.com/x',
    },
  }),
  sends: 'json',
  query: {},
  wrongWith: ({ json }) => lacks(json, { message: 'string', documentation_url: 'string' }),
};

function credential({ github: { token } }: Scene) {
  return { authorization: `Bearer ${token}`, 'user-agent': 'signalbox-conformance' };
}
