import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { SandboxConfig } from '../config.ts';
import type { Action } from '../kit/action.ts';
import { defineService, type Service } from '../kit/service.ts';
import type { SandboxTools } from '../kit/tools.ts';
import { findPython } from '../notebooks/python.ts';
import { answerError, endpointNotFound } from './api-error.ts';
import { FILE_ACTIONS } from './files/actions.ts';
import { createGitCredential } from './git-credentials/create.ts';
import { deleteGitCredential } from './git-credentials/delete.ts';
import { getGitCredential } from './git-credentials/get.ts';
import { credentialsIn } from './git-credentials/git-credential.ts';
import { listGitCredentials } from './git-credentials/list.ts';
import { updateGitCredential } from './git-credentials/update.ts';
import { databricksConfig } from './identity/databricks-config.ts';
import { me } from './identity/me.ts';
import { openIds } from './ids.ts';
import { createJob } from './jobs/create.ts';
import { deleteJob } from './jobs/delete.ts';
import { getJob } from './jobs/get.ts';
import { listJobs } from './jobs/list.ts';
import { resetJob } from './jobs/reset.ts';
import { runNow } from './jobs/run-now.ts';
import { runsCancel } from './jobs/runs-cancel.ts';
import { runsCancelAll } from './jobs/runs-cancel-all.ts';
import { runsDelete } from './jobs/runs-delete.ts';
import { runsExport } from './jobs/runs-export.ts';
import { runsGet } from './jobs/runs-get.ts';
import { runsGetOutput } from './jobs/runs-get-output.ts';
import { runsList } from './jobs/runs-list.ts';
import { runsRepair } from './jobs/runs-repair.ts';
import { runsSubmit } from './jobs/runs-submit.ts';
import { updateJob } from './jobs/update.ts';
import { aadAuth } from './oauth/aad-auth.ts';
import { authorizationServer } from './oauth/authorization-server.ts';
import { oauthToken } from './oauth/token.ts';
import { runPage } from './pages/run-page.ts';
import { versionPage } from './pages/version-page.ts';
import { getPermissionLevels } from './permissions/get-permission-levels.ts';
import { getPermissions } from './permissions/get-permissions.ts';
import { setPermissions } from './permissions/set-permissions.ts';
import { updatePermissions } from './permissions/update-permissions.ts';
import { rateLimited } from './rate-limit.ts';
import { approveTransitionRequest } from './registry/approve-transition-request.ts';
import { createComment } from './registry/create-comment.ts';
import { createModel } from './registry/create-model.ts';
import { createTransitionRequest } from './registry/create-transition-request.ts';
import { createVersion } from './registry/create-version.ts';
import { deleteComment } from './registry/delete-comment.ts';
import { deleteModel } from './registry/delete-model.ts';
import { deleteModelTag } from './registry/delete-model-tag.ts';
import { deleteTransitionRequest } from './registry/delete-transition-request.ts';
import { deleteVersion } from './registry/delete-version.ts';
import { deleteVersionTag } from './registry/delete-version-tag.ts';
import { getDownloadUri } from './registry/get-download-uri.ts';
import { getLatestVersions } from './registry/get-latest-versions.ts';
import { getLatestVersionsByQuery } from './registry/get-latest-versions-by-query.ts';
import { getModel } from './registry/get-model.ts';
import { getModelDatabricks } from './registry/get-model-databricks.ts';
import { getVersion } from './registry/get-version.ts';
import { listModels } from './registry/list-models.ts';
import { listTransitionRequests } from './registry/list-transition-requests.ts';
import { rejectTransitionRequest } from './registry/reject-transition-request.ts';
import { renameModel } from './registry/rename-model.ts';
import { searchModels } from './registry/search-models.ts';
import { searchVersions } from './registry/search-versions.ts';
import { setModelTag } from './registry/set-model-tag.ts';
import { setVersionTag } from './registry/set-version-tag.ts';
import { transitionStage } from './registry/transition-stage.ts';
import { transitionStageDatabricks } from './registry/transition-stage-databricks.ts';
import { updateComment } from './registry/update-comment.ts';
import { updateModel } from './registry/update-model.ts';
import { updateVersion } from './registry/update-version.ts';
import { REPO_ACTIONS } from './repos/actions.ts';
import { SCIM_ACTIONS } from './scim/actions.ts';
import { applicationsIn } from './scim/application.ts';
import { SECRET_ACTIONS } from './secrets/actions.ts';
import { scopesIn } from './secrets/secret-scope.ts';
import { showIds } from './show-ids.ts';
import { UNITY_CATALOG_ACTIONS } from './unity-catalog/actions.ts';
import { createWebhook } from './webhooks/create.ts';
import { deleteWebhook } from './webhooks/delete.ts';
import { listWebhooks } from './webhooks/list.ts';
import { testWebhook } from './webhooks/send-test.ts';
import { updateWebhook } from './webhooks/update.ts';
import { inBackground, type Workspace } from './workspace.ts';
import { WORKSPACE_ACTIONS } from './workspace-files/actions.ts';

const ACTIONS: readonly Action<Workspace>[] = [
  databricksConfig,
  me,
  listGitCredentials,
  getGitCredential,
  createGitCredential,
  updateGitCredential,
  deleteGitCredential,
  createJob,
  getJob,
  listJobs,
  runNow,
  runsSubmit,
  runsGet,
  runsGetOutput,
  runsExport,
  runsList,
  runsCancel,
  runsCancelAll,
  runsDelete,
  runsRepair,
  resetJob,
  updateJob,
  deleteJob,
  getPermissions,
  setPermissions,
  updatePermissions,
  getPermissionLevels,
  createModel,
  getModel,
  getModelDatabricks,
  updateModel,
  searchModels,
  getLatestVersions,
  createVersion,
  getVersion,
  getDownloadUri,
  searchVersions,
  updateVersion,
  setVersionTag,
  deleteVersionTag,
  deleteVersion,
  deleteModel,
  renameModel,
  listModels,
  setModelTag,
  deleteModelTag,
  getLatestVersionsByQuery,
  transitionStage,
  transitionStageDatabricks,
  createComment,
  updateComment,
  deleteComment,
  createTransitionRequest,
  listTransitionRequests,
  approveTransitionRequest,
  rejectTransitionRequest,
  deleteTransitionRequest,
  createWebhook,
  listWebhooks,
  updateWebhook,
  deleteWebhook,
  testWebhook,
  ...UNITY_CATALOG_ACTIONS,
  ...FILE_ACTIONS,
  ...SCIM_ACTIONS,
  ...WORKSPACE_ACTIONS,
  ...REPO_ACTIONS,
  ...SECRET_ACTIONS,
  authorizationServer,
  oauthToken,
  aadAuth,
  runPage,
  versionPage,
];

/** A Databricks workspace: jobs that really run notebooks, and a model registry with its webhooks. */
export async function openDatabricks(
  config: SandboxConfig,
  tools: SandboxTools,
): Promise<{ service: Service; close(): Promise<void> }> {
  const workspace = workspaceIn(config, tools, join(tools.workDir, 'databricks'));
  await mkdir(join(workspace.folder, 'git'), { recursive: true });
  await mkdir(join(workspace.folder, 'root', 'workspace'), { recursive: true });
  for (const { token } of workspace.config.users) tools.hidden.add(token);
  for (const { secret } of workspace.config.oauth_secrets) tools.hidden.add(secret);
  // Looked for now, so that the first run need not wait; a run says it if there is none.
  const python = findPython().then(
    () => undefined,
    () => undefined,
  );
  inBackground(workspace, python);
  const host = workspace.config.host.toLowerCase();
  const plain = defineService({
    name: 'databricks',
    serves: (asked) => asked.toLowerCase() === host,
    actions: rateLimited(ACTIONS, workspace.config),
    state: workspace,
    now: tools.clock.now,
    notFound: (request) => answerError(endpointNotFound(request)),
    onError: answerError,
  });
  const service = workspace.config.big_ids ? showIds(plain, workspace.ids) : plain;
  return { service, close: () => close(workspace) };
}

function workspaceIn(config: SandboxConfig, tools: SandboxTools, folder: string): Workspace {
  return {
    config: config.databricks,
    tenant: config.entra.tenant,
    applications: applicationsIn(config),
    oauthTokens: new Map(),
    tools,
    folder,
    ids: openIds({ big: config.databricks.big_ids }),
    jobs: new Map(),
    runs: new Map(),
    idempotent: new Map(),
    runTokens: new Map(),
    repositories: new Map(),
    repos: new Map(),
    gitCredentials: credentialsIn(config.databricks),
    models: new Map(),
    accessToModels: [],
    unityModels: new Map(),
    secretScopes: scopesIn(config.databricks, tools),
    webhooks: new Map(),
    background: new Set(),
  };
}

async function close(workspace: Workspace): Promise<void> {
  for (const run of workspace.runs.values()) {
    if (run.phase.kind === 'ended') continue;
    run.stopped ??= 'canceled';
    run.stopping.abort();
    for (const task of run.tasks) task.notebook?.kill();
  }
  while (workspace.background.size > 0) await Promise.allSettled(workspace.background);
}
