import { latest } from './learned.ts';

export const UC = 'main.default.generated';

/** What only the workspace can give out, and parts of paths. */
export const ids = {
  version: ['2.0', '2.1', '2.2', '1', '1', '1'],
  job_id: [latest('job'), latest('job'), 42],
  run_id: [latest('run'), latest('run'), 42],
  job: [latest('job')],
  run: [latest('run')],
  rest: ['Volumes/main/default/v/a.txt', 'Models/main/default/generated/1/x', 'Volumes'],
  'repos/id': [latest('repo')],
  'git-credentials/id': [latest('credential')],
  'ServicePrincipals/id': [latest('principal')],
  'models/name': [UC],
  ':kind/id': [latest('job'), 'generated'],
  'models/version': ['1'],
  'versions/version': ['1'],
  'FUNCTION/name': [UC],
  id: [latest('comment'), latest('webhook'), latest('webhook'), latest('job'), 'none'],
  kind: ['jobs', 'registered-models', 'none'],
} as const;

/** What the lists and runs of jobs are asked with. */
export const jobs = {
  limit: [1, 25, 26],
  offset: [0, 5],
  active_only: [true, false],
  completed_only: [true, false],
  expand_tasks: [true, false],
  all_queued_runs: [true, false],
  rerun_all_failed_tasks: [true],
  views_to_export: ['CODE', 'ALL'],
} as const;

/** What models and their versions are asked with. */
export const registry = {
  name: ['generated', 'generated', UC, 'none'],
  model: ['generated'],
  model_name: ['generated'],
  stage: ['Staging', 'Production', 'None', 'Archived'],
  to_stage: ['Staging'],
  stages: [['Staging'], []],
  source: ['dbfs:/models/one'],
  filter: ["name='generated'", "name LIKE '%'", "run_id IN ('a')", 'name =', "tags.x = 'y'"],
  max_results: [1, 100, 0],
  page_token: ['', 'x', 'AA=='],
  full_name: [UC],
  version_num: [1],
  order_by: [['name ASC'], ['timestamp DESC']],
  description: ['d'],
  catalog_name: ['main'],
  schema_name: ['default'],
  alias: ['champion'],
  event: ['MODEL_VERSION_TRANSITIONED_STAGE'],
  events: [['MODEL_VERSION_TRANSITIONED_STAGE'], []],
  status: ['ACTIVE', 'TEST_MODE', 'DISABLED'],
  comment: ['hello'],
  archive_existing_versions: [true, false],
} as const;

/** What files, repositories, secrets and members are asked with. */
export const workspace = {
  path: ['/Shared/x', '/', '/Users/ada@fabrikam.com/a'],
  content: ['cHJpbnQoMSk='],
  format: ['SOURCE', 'JUPYTER', 'AUTO'],
  language: ['PYTHON'],
  scope: ['generated'],
  key: ['one'],
  value: ['two'],
  principal: ['ada@fabrikam.com', 'users'],
  permission: ['READ', 'WRITE', 'MANAGE'],
  url: ['https://dev.azure.com/fabrikam/Conformance/_git/pipelines'],
  provider: ['azureDevOpsServices', 'gitHub'],
  git_provider: ['azureDevOpsServices', 'gitHub'],
  git_username: ['ada'],
  personal_access_token: ['token-of-ada'],
  string_value: ['two'],
  overwrite: [true, false],
  recursive: [true, false],
  direct_download: [true, false],
  displayName: ['generated'],
  applicationId: ['6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f'],
  startIndex: [1],
  count: [10],
  branch: ['main', 'none'],
  grant_type: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
} as const;
