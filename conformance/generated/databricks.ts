import type { Scene } from '../scene.ts';
import { lacks } from './lacks.ts';
import { latest } from './learned.ts';
import { step } from './step.ts';
import type { Step, Target } from './target.ts';

export const databricks: Target = {
  service: 'databricks',
  host: ({ databricks: { host } }) => host,
  credential,
  plausible: () => ({
    version: ['2.0', '2.1', '2.2', '1', '1', '1'],
    job_id: [latest('job'), latest('job'), 42],
    run_id: [latest('run'), latest('run'), 42],
    job: [latest('job')],
    run: [latest('run')],
    id: [latest('comment'), latest('webhook'), latest('webhook'), latest('job'), 'none'],
    kind: ['jobs', 'registered-models', 'none'],
    name: ['generated', 'generated', 'none'],
    model: ['generated'],
    model_name: ['generated'],
    stage: ['Staging', 'Production', 'None', 'Archived'],
    to_stage: ['Staging'],
    stages: [['Staging'], []],
    source: ['dbfs:/models/one'],
    filter: ["name='generated'", "name LIKE '%'", "run_id IN ('a')", 'name =', "tags.x = 'y'"],
    max_results: [1, 100, 0],
    page_token: ['', 'x', 'AA=='],
    limit: [1, 25, 26],
    offset: [0, 5],
    path: ['/Shared/x', '/', '/Users/ada@fabrikam.com/a'],
    content: ['cHJpbnQoMSk='],
    format: ['SOURCE', 'JUPYTER', 'AUTO'],
    language: ['PYTHON'],
    scope: ['generated'],
    key: ['one'],
    value: ['two'],
    full_name: ['main.default.generated'],
    catalog_name: ['main'],
    schema_name: ['default'],
    alias: ['champion'],
    event: ['MODEL_VERSION_TRANSITIONED_STAGE'],
    events: [['MODEL_VERSION_TRANSITIONED_STAGE'], []],
    status: ['ACTIVE', 'TEST_MODE', 'DISABLED'],
    comment: ['hello'],
    archive_existing_versions: [true, false],
    grant_type: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  }),
  before(scene) {
    const registry = (path: string, body: unknown, learn: Step['learn'] = {}) =>
      step('POST', `/api/2.0/mlflow/${path}`, body, { credential: credential(scene), learn });
    const jobs = (path: string, body: unknown, learn: Step['learn']) =>
      step('POST', `/api/2.1/jobs/${path}`, body, { credential: credential(scene), learn });
    const version = { name: 'generated', version: '1' };
    return [
      jobs('create', job, { job: 'job_id' }),
      jobs('run-now', { job_id: latest('job') }, { run: 'run_id' }),
      registry('registered-models/create', { name: 'generated' }),
      registry('model-versions/create', { name: 'generated', source: 'dbfs:/x' }),
      registry('comments/create', { ...version, comment: 'c' }, { comment: 'comment.id' }),
      registry('transition-requests/create', { ...version, stage: 'Staging' }),
      registry('registry-webhooks/create', webhookTo(scene), { webhook: 'webhook.id' }),
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
    // The token endpoint speaks OAuth.
    if (json !== null && 'error' in json && !('error_code' in json)) return null;
    // And SCIM speaks SCIM. Source: RFC 7644 section 3.12.
    if (json !== null && 'schemas' in json)
      return lacks(json, { detail: 'string', status: 'string' });
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
