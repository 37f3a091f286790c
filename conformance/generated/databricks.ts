import type { Scene } from '../scene.ts';
import { ids, jobs, registry, UC, workspace } from './databricks-values.ts';
import { lacks } from './lacks.ts';
import { latest } from './learned.ts';
import { step } from './step.ts';
import type { Step, Target } from './target.ts';

export const databricks: Target = {
  service: 'databricks',
  host: ({ databricks: { host } }) => host,
  credential,
  plausible: () => ({ ...ids, ...jobs, ...registry, ...workspace }),
  before(scene) {
    const inRegistry = (path: string, body: unknown, learn: Step['learn'] = {}) =>
      step('POST', `/api/2.0/mlflow/${path}`, body, { credential: credential(scene), learn });
    const ofJobs = (path: string, body: unknown, learn: Step['learn']) =>
      step('POST', `/api/2.1/jobs/${path}`, body, { credential: credential(scene), learn });
    const other = (path: string, body: unknown, learn: Step['learn'] = {}) =>
      step('POST', `/api/${path}`, body, { credential: credential(scene), learn });
    const version = { name: 'generated', version: '1' };
    return [
      ofJobs('create', job, { job: 'job_id' }),
      ofJobs('run-now', { job_id: latest('job') }, { run: 'run_id' }),
      inRegistry('registered-models/create', { name: 'generated' }),
      inRegistry('model-versions/create', { name: 'generated', source: 'dbfs:/x' }),
      inRegistry('comments/create', { ...version, comment: 'c' }, { comment: 'comment.id' }),
      inRegistry('transition-requests/create', { ...version, stage: 'Staging' }),
      inRegistry('registry-webhooks/create', webhookTo(scene), { webhook: 'webhook.id' }),
      inRegistry('unity-catalog/registered-models/create', { name: UC }),
      inRegistry('unity-catalog/model-versions/create', { name: UC, source: 'dbfs:/x' }),
      inRegistry('unity-catalog/model-versions/finalize', { name: UC, version: '1' }),
      other('2.0/secrets/scopes/create', { scope: 'generated' }),
      other('2.0/secrets/put', { scope: 'generated', key: 'one', string_value: 'hush-hush' }),
      other('2.0/workspace/mkdirs', { path: '/Shared' }),
      other('2.0/workspace/import', {
        path: '/Shared/x',
        content: 'cHJpbnQoMSk=',
        format: 'SOURCE',
        language: 'PYTHON',
        overwrite: true,
      }),
      other(
        '2.0/git-credentials',
        { git_provider: 'gitHub', git_username: 'ada', personal_access_token: 'token-of-ada' },
        { credential: 'credential_id' },
      ),
      other(
        '2.0/preview/scim/v2/ServicePrincipals',
        { displayName: 'generated', applicationId: '6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f' },
        { principal: 'id' },
      ),
    ];
  },
  bodies: (scene) => ({
    '/api/:version/jobs/create': job,
    '/api/:version/jobs/reset': { job_id: latest('job'), new_settings: job },
    '/api/:version/jobs/update': {
      job_id: latest('job'),
      new_settings: job,
      fields_to_remove: ['timeout_seconds'],
    },
    '/api/:version/jobs/runs/submit': { ...job, run_name: 'x', idempotency_token: 'y' },
    '/api/:version/jobs/run-now': {
      job_id: latest('job'),
      notebook_params: { a: 'b' },
      idempotency_token: 'z',
    },
    '/api/2.0/mlflow/registry-webhooks/create': webhookTo(scene),
    '/api/2.0/mlflow/registry-webhooks/update': { id: latest('webhook'), status: 'DISABLED' },
    '/api/2.0/mlflow/registry-webhooks/test': { id: latest('webhook') },
    '/api/2.0/mlflow/transition-requests/approve': {
      name: 'generated',
      version: '1',
      stage: 'Staging',
      archive_existing_versions: false,
    },
    '/api/2.0/mlflow/transition-requests/reject': {
      name: 'generated',
      version: '1',
      stage: 'Staging',
    },
    '/api/2.0/permissions/:kind/:id': {
      access_control_list: [{ user_name: 'ada@fabrikam.com', permission_level: 'CAN_MANAGE' }],
    },
    '/api/:version/jobs/runs/repair': { run_id: latest('run'), rerun_all_failed_tasks: true },
    '/api/:version/jobs/runs/cancel-all': { job_id: latest('job'), all_queued_runs: false },
    '/api/2.0/mlflow/model-versions/create': {
      name: 'generated',
      source: 'dbfs:/x',
      run_id: 'abc',
      description: 'd',
      tags: [{ key: 'k', value: 'v' }],
    },
  }),
  sends: 'json',
  query: {},
  wrongWith({ json, type }) {
    if (type.startsWith('text/html')) return null;
    // SCIM and OAuth have refusals of their own. Source: RFC 7644 section 3.12, RFC 6749 section 5.2
    if (json !== null && 'schemas' in json)
      return lacks(json, { detail: 'string', status: 'string' });
    if (json !== null && 'error' in json && !('error_code' in json)) return null;
    return lacks(json, { error_code: 'string or number', message: 'string' });
  },
};

function credential({ databricks: { token } }: Scene) {
  return { authorization: `Bearer ${token}` };
}

const cluster = { spark_version: '15.4.x-scala2.12', node_type_id: 'x', num_workers: 1 };

/** Its notebook can never be fetched: its runs end at once. */
const job = {
  name: 'generated',
  max_concurrent_runs: 3,
  timeout_seconds: 5,
  tasks: [
    {
      task_key: 'one',
      notebook_task: { notebook_path: 'a/b', source: 'GIT', base_parameters: { p: 'q' } },
      new_cluster: cluster,
      max_retries: 0,
    },
    {
      task_key: 'two',
      depends_on: [{ task_key: 'one' }],
      run_if: 'ALL_DONE',
      notebook_task: { notebook_path: 'a/c', source: 'GIT' },
      new_cluster: cluster,
    },
  ],
  git_source: {
    git_provider: 'azureDevOpsServices',
    git_url: 'http://nowhere.example.com/x',
    git_branch: 'main',
  },
};

function webhookTo({ databricks: { host } }: Scene) {
  return {
    model_name: 'generated',
    events: ['MODEL_VERSION_CREATED'],
    status: 'TEST_MODE',
    http_url_spec: { url: `https://${host}/nowhere`, secret: 'x', enable_ssl_verification: false },
  };
}
