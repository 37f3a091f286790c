import type { Scene } from '../scene.ts';
import { lacks } from './lacks.ts';
import { latest } from './learned.ts';
import { step } from './step.ts';
import type { Step, Target } from './target.ts';

export const mlflow: Target = {
  service: 'mlflow',
  host: ({ mlflow: { host } }) => host,
  credential: () => ({}),
  plausible: () => ({
    id: [latest('webhook'), latest('logged')],
    name: ['generated', 'generated', 'none'],
    version: ['1', '1', '2', 'x'],
    stage: ['Staging', 'Production', 'None', 'staging'],
    alias: ['champion', 'v1'],
    key: ['k', 'mlflow.note.content'],
    value: ['v', 0.5],
    source: ['s3://bucket/model', '/etc/passwd', 'models:/generated/1'],
    run_id: [latest('run'), latest('run'), 'none'],
    run_uuid: [latest('run')],
    source_run_id: [latest('run')],
    experiment_id: [latest('experiment'), latest('experiment'), '0', 'none'],
    experiment_ids: [[latest('experiment')], ['0'], []],
    experiment_name: ['generated'],
    filter: [
      "name = 'generated'",
      "name LIKE 'g%' AND tags.`a b` = 'c'",
      "metrics.auc > 0.5 and params.n = '1'",
      "run_id IN ('a', 'b')",
      'name =',
      "attributes.status != 'FAILED'",
      "name ILIKE '%_%'",
    ],
    filter_string: ["name = 'generated'"],
    order_by: [['name ASC'], ['metrics.auc DESC', 'start_time'], ['nonsense']],
    max_results: [1, 100, 0],
    page_token: ['', 'x', 'eyJvZmZzZXQiOiAxfQ=='],
    metric_key: ['auc'],
    timestamp: [1_700_000_000_000],
    status: ['FINISHED', 'RUNNING', 'ACTIVE', 'DISABLED', 'finished'],
    url: ['https://127.0.0.1:1/hook', 'http://127.0.0.1:1/', 'ftp://x/'],
    events: [[{ entity: 'MODEL_VERSION', action: 'CREATED' }], []],
    event: [{ entity: 'MODEL_VERSION', action: 'CREATED' }],
    tags: [[{ key: 'k', value: 'v' }], []],
    archive_existing_versions: [true, false],
  }),
  before: (scene) => {
    const to = (path: string, body: unknown, learn: Step['learn'] = {}) =>
      step('POST', `/api/2.0/mlflow/${path}`, body, {
        credential: mlflow.credential(scene),
        learn,
      });
    const experiment_id = latest('experiment');
    return [
      to('experiments/create', { name: 'generated' }, { experiment: 'experiment_id' }),
      to('runs/create', { experiment_id }, { run: 'run.info.run_id' }),
      to('registered-models/create', { name: 'generated' }),
      to('model-versions/create', { name: 'generated', source: 's3://bucket/model' }),
      to('webhooks', webhookTo(scene), { webhook: 'webhook.webhook_id' }),
      to('logged-models', { experiment_id, name: 'm' }, { logged: 'model.info.model_id' }),
    ];
  },
  bodies: (scene) => ({
    '/api/2.0/mlflow/webhooks': webhookTo(scene),
    '/api/2.0/mlflow/runs/log-batch': {
      run_id: latest('run'),
      metrics: [{ key: 'auc', value: 0.8, timestamp: 1, step: 1 }],
      params: [{ key: 'n', value: '1' }],
      tags: [{ key: 'k', value: 'v' }],
    },
    '/api/2.0/mlflow/runs/search': {
      experiment_ids: [latest('experiment')],
      filter: "metrics.auc > 0.5 AND params.n = '1'",
      run_view_type: 'ACTIVE_ONLY',
      max_results: 10,
      order_by: ['metrics.auc DESC'],
    },
    '/api/2.0/mlflow/model-versions/create': {
      name: 'generated',
      source: 's3://bucket/model',
      run_id: latest('run'),
      tags: [{ key: 'k', value: 'v' }],
      description: 'd',
    },
  }),
  sends: 'json',
  query: {},
  // Flask's page for a handler that failed, as MLflow's do for a body that is no object, and
  // MLflow's own idea of the status for what is not possible in a state.
  fails: ({ text, json }) =>
    text.includes('<title>500 Internal Server Error</title>') ||
    ['INVALID_STATE', 'INTERNAL_ERROR'].includes(String(json?.['error_code'])),
  wrongWith({ json, type, status }) {
    // Flask's own pages: no such path, no such method.
    if ((status === 404 || status === 405) && type.startsWith('text/html')) return null;
    return lacks(json, { error_code: 'string', message: 'string' });
  },
};

function webhookTo({ mlflow: { host } }: Scene) {
  return {
    name: 'generated',
    url: `https://${host}/nowhere`,
    events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }],
    status: 'DISABLED',
    secret: 's3cret',
    description: 'd',
  };
}
